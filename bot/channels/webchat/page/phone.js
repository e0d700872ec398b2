// One phone: a person's chat or a cell's group, in one of two capability modes.

import { kindOf, sayAbout } from "./about.js";
import { call } from "./api.js";
import { paintFace } from "./helpers.js";
import { Log } from "./log.js";
import { PhoneMenu } from "./phone_menu.js";
import { fillSpeakers } from "./speakers.js";
import { hush, say, sayBoth, translate, word } from "./words.js";

export class Phone {
  /** @param owner { people(cell), cellName(code), changed(), closed(phone), block(phone, on), heard(phone) } */
  constructor(chat, mode, owner) {
    this.owner = owner;
    this.chat = chat;
    this.mode = mode;
    this.pressed = new Set();
    this.sending = Promise.resolve();
    this.waiting = 0;
    this.unread = 0;
    this.seen = false;
    this.loads = 0;
    const copy = document.getElementById("phone-template").content.cloneNode(true);
    this.node = copy.querySelector(".phone");
    translate(this.node);
    const part = (selector) => this.node.querySelector(selector);
    this.box = part("textarea");
    this.sendButton = part(".send");
    this.problem = part(".problem");
    this.toast = part(".toast");
    this.slip = part(".slip");
    this.speaker = part(".speaker");
    this.log = new Log(part(".log"), part(".latest-down"), (message) => this.viewOf(message));
    this.nameParts(part);
    this.listen(part);
    this.update(chat);
    this.showMode();
  }

  nameParts(part) {
    const { chat, cell, kind, title } = this.chat;
    const shown = kind === "group" ? this.owner.cellName(cell) : title;
    const name = { name: shown };
    const hooks = { ".log": "log", "textarea": "composer", ".send": "send", ".role": "about",
      ".slip button": "slip", ".speaker select": "speaker", ".file": "file" };
    this.node.dataset.testid = `phone-${chat}`;
    for (const [selector, hook] of Object.entries(hooks)) part(selector).dataset.testid = `${hook}-${chat}`;
    say(this.node, kind === "group" ? "phone_group" : "phone_of", name, "label");
    say(part(".log"), "log_of", name, "label");
    say(this.box, "write_to", name, "label");
    say(this.sendButton, "send", name, "label");
    say(part(".attach"), "attach", name, "label");
    say(part(".attach"), "attach", name, "title");
    paintFace(part(".face"), this.chat);
    part("h2").textContent = shown;
    part("h2").title = [shown, chat, this.owner.cellName(cell)].filter(Boolean).join(", ");
    this.menu = new PhoneMenu(this.node, this.chat, shown, {
      mode: (mode) => this.setMode(mode),
      block: (on) => this.owner.block(this, on),
      close: () => this.owner.closed(this),
    });
  }

  listen(part) {
    part(".slip button").addEventListener("click", () => this.sendSlip());
    this.speaker.querySelector("select").addEventListener("change", () => this.log.redraw());
    part(".composer").addEventListener("submit", (event) => {
      event.preventDefault();
      this.sendText();
    });
    this.box.addEventListener("keydown", (event) => {
      // Vietnamese keyboards compose letters: Enter that ends a composition is not "send".
      if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
      event.preventDefault();
      this.sendText();
    });
    this.box.addEventListener("input", () => this.grow());
    part(".attach").addEventListener("click", () => part(".file").click());
    part(".file").addEventListener("change", (event) => {
      const file = event.target.files[0];
      event.target.value = "";
      if (file) this.post({ file: file.name });
    });
  }

  /** New facts about this chat (linked, consent, role). */
  update(chat) {
    this.chat = chat;
    sayAbout(this.node.querySelector(".role"), chat, this.mode);
    this.speaker.hidden = chat.kind !== "group";
    if (chat.kind === "group") {
      fillSpeakers(this.speaker.querySelector("select"), this.owner.people(chat.cell));
    }
    this.showLinking();
  }

  /** What is being tried on this phone's person. */
  setBlocked(blocked) {
    this.menu.showBlocked(blocked);
    this.node.querySelector(".blocked").hidden = !blocked;
  }

  /** A server that knows it says in `bots` through which modes the person is linked. */
  get linked() {
    return this.chat.bots?.includes(this.mode) ?? this.chat.linked;
  }

  get kind() {
    return kindOf(this.chat);
  }

  /** What is still missing before Kẻng may write here, and what to do first. */
  showLinking() {
    const missing = this.chat.kind === "person" && !(this.linked && this.chat.consent);
    this.slip.hidden = !missing;
    this.slip.querySelector("button").hidden = this.linked;
    say(this.slip.querySelector("p"), this.linked ? "consent_about" : "slip_about");
    this.log.hint(this.kind, missing && !this.linked, (text) => this.fill(text));
  }

  /** Who writes: the phone's person, or the one chosen in a group. */
  get person() {
    return this.chat.kind === "group" ? this.speaker.querySelector("select").value : this.chat.chat;
  }

  viewOf(message) {
    const isGroup = this.chat.kind === "group";
    const person = message.from === "person";
    return {
      own: person && (!isGroup || message.person === this.person),
      name: person ? message.who ?? this.chat.title : word("bot"),
      showName: isGroup,
      buttons: this.mode === "buttons",
      pressed: this.pressed,
      press: async (token) => {
        const arrived = await this.post({ token });
        if (arrived) this.pressed.add(token);
        return arrived;
      },
    };
  }

  async load({ afresh = false } = {}) {
    const turn = ++this.loads;
    const query = new URLSearchParams({ bot: this.mode, chat: this.chat.chat });
    try {
      const { messages } = await call(`/web/messages?${query}`);
      if (turn !== this.loads) return;
      if (afresh) this.log.clear();
      this.log.merge(messages);
      this.tell(null);
    } catch (failure) {
      if (turn !== this.loads) return;
      this.tell(failure);
    }
    this.showLinking();
    this.owner.heard(this);
  }

  receive(message) {
    if (message.chat !== this.chat.chat) return false;
    if (message.bot !== this.mode) {
      this.menu.markOther(true);
      return false;
    }
    const isNew = this.log.add(message);
    this.owner.heard(this);
    return isNew;
  }

  setMode(mode) {
    this.mode = mode;
    this.log.clear();
    this.showMode();
    this.owner.changed();
    return this.load({ afresh: true });
  }

  showMode() {
    this.node.dataset.mode = this.mode;
    this.menu.showMode(this.mode);
    sayAbout(this.node.querySelector(".role"), this.chat, this.mode);
  }

  /** One clear line about what went wrong, or none. */
  tell(failure) {
    this.problem.hidden = !failure;
    if (failure) failure.sayIn(this.problem);
    else hush(this.problem);
  }

  fill(text) {
    this.box.value = text;
    this.grow();
    this.box.focus();
  }

  grow() {
    this.box.style.height = "auto";
    this.box.style.height = `${this.box.scrollHeight + 2}px`;
  }

  /** Sends what stands in the box. What could not be sent comes back into it. */
  async sendText() {
    const text = this.box.value;
    if (!text.trim()) return false;
    this.box.value = "";
    this.grow();
    if (await this.post({ text })) return true;
    // What was typed meanwhile stays below what could not be sent.
    this.box.value = [text, this.box.value].filter(Boolean).join("\n");
    this.grow();
    return false;
  }

  async sendSlip() {
    const button = this.slip.querySelector("button");
    const hadFocus = button === document.activeElement;
    button.disabled = true;
    try {
      const { code } = await call("/web/slip", { person: this.chat.chat });
      const text = `start ${code}`;
      if (!(await this.post({ text }))) this.fill(text);
      else if (hadFocus) this.box.focus();
    } catch (failure) {
      this.tell(failure);
    }
    button.disabled = false;
  }

  /** Sends one thing after the other, in the order it was written. */
  post(what) {
    const body = { bot: this.mode, chat: this.chat.chat, person: this.person, ...what };
    const turn = this.sending.then(async () => {
      try {
        const { toast } = await call("/web/messages", body);
        this.tell(null);
        this.show(toast);
        return true;
      } catch (failure) {
        this.tell(failure);
        return false;
      }
    });
    this.busy(1);
    this.sending = turn;
    return turn.finally(() => this.busy(-1));
  }

  /** What only whoever pressed reads; it stays until the next thing is done. */
  show(toast) {
    this.toast.hidden = !toast;
    if (toast) sayBoth(this.toast, toast);
    else hush(this.toast);
  }

  busy(change) {
    this.waiting += change;
    this.sendButton.setAttribute("aria-busy", String(this.waiting > 0));
  }
}
