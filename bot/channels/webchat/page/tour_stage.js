// What the tour sees and does on the page: the phones by their parts, their messages, presses and words.
// It does everything as a person would: with the phone's own buttons and its own box.

const MODES = { secretary: "buttons", member: "buttons", numbers: "numbers", group: "buttons", reader: "buttons" };
const BEGINS = Date.parse("2026-11-10T00:00:00+07:00"); // before it lie the months on record, which nobody played
const PATIENCE = 15000;
const MOST_EVENTS = 60;

const isBots = (message) => message.from === "bot";
const offers = (message, action) => message.buttons?.some(({ token }) => token.startsWith(`${action}.`));

export class Stage {
  constructor(deck, clock) {
    this.deck = deck;
    this.clock = clock;
    this.waiters = new Set();
    this.stopped = false;
  }

  /** Which chat plays a part: the suggested phones, in their order. */
  code(part) {
    const chats = this.deck.suggested.map(([code, mode]) => ({ ...this.deck.chats.get(code), code, mode }));
    const people = chats.filter(({ kind }) => kind === "person");
    // Once this member has joined, the server suggests another: the open phone stays who it is.
    const open = this.deck.phones.find(({ mode, chat }) => mode === "numbers" && chat.kind === "person"
      && !people.some((one) => one.code === chat.chat && one.mode === "buttons"));
    const found = {
      group: chats.find(({ kind }) => kind === "group"),
      reader: people.find(({ cell }) => cell === null),
      numbers: open ? { code: open.chat.chat } : people.find(({ mode }) => mode === "numbers"),
      secretary: people[0],
      member: people.find(({ mode, cell }, place) => place > 0 && cell !== null && mode === "buttons"),
    };
    return found[part]?.code ?? null;
  }

  get parts() {
    return Object.keys(MODES).filter((part) => this.code(part) !== null);
  }

  chat(part) {
    return this.deck.chats.get(this.code(part));
  }

  phone(part) {
    return this.deck.find(this.code(part));
  }

  /** Opens the phone of a part and brings it and its newest message into view. */
  async open(part) {
    const phone = await this.deck.ensure(this.code(part), MODES[part]);
    if (!phone) return;
    this.deck.goTo(phone);
    phone.log.toLatest();
  }

  /** What was said on a phone since the demo began. */
  messages(part) {
    const all = this.phone(part)?.log.messages ?? [];
    return all.filter(({ at }) => Date.parse(at) >= BEGINS);
  }

  /** What came without having been asked for: notices and reminders. */
  unasked(part) {
    return this.messages(part).filter((message, place, all) => isBots(message) && all[place - 1]?.from !== "person");
  }

  /** The newest message that offers an action, or undefined. */
  offered(part, action) {
    return this.messages(part).findLast((message) => offers(message, action));
  }

  /** Whether somebody pressed (or wrote) one of the answers that a message offers. */
  answered(part, message) {
    if (!message) return false;
    const labels = message.buttons.map(({ label }) => label);
    return this.messages(part).some((one) => one.id > message.id && !isBots(one) && labels.includes(one.text));
  }

  /** The newest button of an action; `which` is a further part of what it does. */
  button(part, action, which = "") {
    const newest = this.offered(part, action)?.id;
    const found = this.phone(part)?.node
      .querySelectorAll(`[data-id="${newest}"] .choice[data-token^="${action}."]`) ?? [];
    return [...found].findLast((button) => button.dataset.token.includes(which));
  }

  /** The newest of an action's messages has its buttons in their order: this is the first. */
  first(part, action) {
    return this.button(part, action)?.parentElement.querySelector(`[data-token^="${action}."]`);
  }

  /** Presses a button and waits for the answer; false if there is none. */
  press(part, action, which) {
    const button = which ? this.button(part, action, which) : this.first(part, action);
    return button ? this.answer(part, () => button.click()) : false;
  }

  /** Writes in a phone's box and waits for the answer. */
  write(part, text) {
    return this.answer(part, () => {
      const { box } = this.phone(part);
      box.value = text;
      this.phone(part).sendText();
    });
  }

  /** Does something in a phone and waits until the bot has said something to it. */
  answer(part, act) {
    const before = this.phone(part).log.lastId;
    act();
    return this.until(() => this.messages(part).some((one) => isBots(one) && one.id > before));
  }

  /** Waits until something is so; false after a while, or when the tour was left. */
  until(isSo) {
    return new Promise((resolve) => {
      const end = (found) => {
        clearTimeout(timer);
        this.waiters.delete(look);
        resolve(found);
      };
      const look = () => {
        if (this.stopped) end(false);
        else if (isSo()) end(true);
      };
      const timer = setTimeout(() => end(false), PATIENCE);
      this.waiters.add(look);
      look();
    });
  }

  /** Moves the clock, after a move that is under way. */
  async move(to) {
    await this.clock.moving;
    return this.clock.move(to);
  }

  /** From event to event until something is so. */
  async clockUntil(isSo) {
    for (let count = 0; count < MOST_EVENTS && !isSo() && !this.stopped; count += 1) {
      if (!(await this.move("next"))) return;
      await new Promise((resolve) => setTimeout(resolve, 150)); // the messages come by another way
    }
  }

  /** Something may have changed. */
  look() {
    for (const waiter of [...this.waiters]) waiter();
  }
}
