// The row of opened phones: opening, closing, tabs, and what the address remembers.

import { sayShort } from "./about.js";
import { make, makeButton } from "./helpers.js";
import { Phone } from "./phone.js";
import { say } from "./words.js";

const MODES = { b: "buttons", n: "numbers" };

/** "#DV001~b,X01-CB1~n" → [["DV001", "buttons"], …]; the same form serves suggestions. */
function parse(text) {
  const entries = [];
  for (const entry of text.split(",")) {
    const [code, mode] = entry.split("~");
    try {
      if (code) entries.push([decodeURIComponent(code), MODES[mode] ?? "buttons"]);
    } catch { /* a broken address: that phone is left out */ }
  }
  return entries;
}

export class Deck {
  /** @param on { opened(codes), block(chat, on), heard(phone) } hears what happens on the phones */
  constructor(track, tabs, vacant, on) {
    this.on = on;
    this.track = track;
    this.tabs = tabs;
    this.vacant = vacant;
    this.phones = [];
    this.chats = new Map();
    this.cells = new Map();
    this.suggested = [];
    this.blocked = new Set();
    this.current = null;
    this.seen = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) {
        const phone = this.phones.find((one) => one.node === target);
        if (phone) this.inView(phone, isIntersecting);
      }
      if (!this.current?.seen) this.show(this.phones.find((phone) => phone.seen));
    }, { root: track, threshold: 0.6 });
    track.addEventListener("focusin", ({ target }) => {
      const phone = this.phones.find((one) => one.node.contains(target));
      if (phone !== this.current) this.show(phone);
    });
    new ResizeObserver(() => this.measure()).observe(track);
    addEventListener("hashchange", () => this.follow());
  }

  /** What a phone may ask its surroundings. */
  get owner() {
    return {
      people: (cell) => [...this.chats.values()]
        .filter((chat) => chat.kind === "person" && chat.cell === cell),
      cellName: (code) => this.cells.get(code) ?? code,
      changed: () => this.remember(),
      closed: (phone) => this.close(phone),
      block: (phone, on) => this.on.block(phone.chat.chat, on),
      heard: (phone) => this.on.heard(phone),
    };
  }

  setState(state) {
    this.chats = new Map(state.chats.map((chat) => [chat.chat, chat]));
    this.cells = new Map(state.cells.map((cell) => [cell.code, cell.name]));
    this.suggested = state.suggested.flatMap((entry) => parse(entry));
    const gone = this.phones.filter((phone) => !this.chats.has(phone.chat.chat));
    for (const phone of gone) this.remove(phone);
    for (const phone of this.phones) phone.update(this.chats.get(phone.chat.chat));
    if (gone.length) this.changed();
    this.setSwitches(state.switches);
  }

  /** Whose person blocks the bot, as an experiment. */
  setSwitches({ blocked }) {
    this.blocked = new Set(blocked);
    for (const phone of this.phones) phone.setBlocked(this.blocked.has(phone.chat.chat));
  }

  /** Opens what the address says, or the suggestions where it says nothing useful. */
  restore() {
    const wanted = parse(location.hash.slice(1)).filter(([code]) => this.chats.has(code));
    for (const [code, mode] of wanted.length ? wanted : this.suggested) this.add(code, mode);
    this.changed();
  }

  follow() {
    const wanted = parse(location.hash.slice(1)).filter(([code]) => this.chats.has(code));
    if (!wanted.length) return;
    const codes = new Set(wanted.map(([code]) => code));
    for (const phone of [...this.phones]) if (!codes.has(phone.chat.chat)) this.remove(phone);
    for (const [code, mode] of wanted) {
      const phone = this.find(code);
      if (!phone) this.add(code, mode)?.load();
      else if (phone.mode !== mode) phone.setMode(mode);
    }
    this.changed();
  }

  find(code) {
    return this.phones.find((phone) => phone.chat.chat === code);
  }

  add(code, mode = "buttons") {
    if (!this.chats.has(code) || this.find(code)) return null;
    const phone = new Phone(this.chats.get(code), mode, this.owner);
    phone.setBlocked(this.blocked.has(code));
    this.phones.push(phone);
    this.track.append(phone.node);
    this.seen.observe(phone.node);
    return phone;
  }

  /** Opens a phone (or goes to it) and puts the cursor into its box. */
  open(code) {
    this.ensure(code);
    const phone = this.find(code);
    if (phone) this.goTo(phone);
    phone?.box.focus({ preventScroll: true });
  }

  /** The phone of a chat, opened if it is not; ready once its messages are here. */
  async ensure(code, mode) {
    const added = this.add(code, mode);
    if (added) this.changed();
    const phone = this.find(code);
    if (added) await added.load();
    else if (phone && mode && phone.mode !== mode) await phone.setMode(mode);
    return phone;
  }

  close(phone) {
    const place = this.phones.indexOf(phone);
    const hadFocus = phone.node.contains(document.activeElement);
    this.remove(phone);
    this.changed();
    if (hadFocus) (this.phones[Math.min(place, this.phones.length - 1)]?.box ?? this.track).focus();
  }

  remove(phone) {
    this.seen.unobserve(phone.node);
    phone.node.remove();
    this.phones.splice(this.phones.indexOf(phone), 1);
  }

  goTo(phone) {
    phone.node.scrollIntoView({ block: "nearest", inline: "center" });
    this.show(phone);
  }

  changed() {
    this.vacant.hidden = this.phones.length > 0;
    this.remember();
    this.drawTabs();
    this.measure();
    this.on.opened(this.phones.map((phone) => phone.chat.chat));
  }

  remember() {
    const code = (phone) => `${encodeURIComponent(phone.chat.chat)}~${phone.mode[0]}`;
    history.replaceState(null, "", `#${this.phones.map(code).join(",")}`);
  }

  drawTabs() {
    this.tabs.replaceChildren(...this.phones.map((phone) => {
      const tab = makeButton("tab");
      tab.append(sayShort(make("span"), phone.chat));
      tab.title = phone.chat.title;
      phone.tab = tab;
      tab.addEventListener("click", () => this.goTo(phone));
      this.markUnread(phone);
      return tab;
    }));
    if (!this.phones.includes(this.current)) this.current = this.phones[0] ?? null;
    if (this.current) this.show(this.current);
  }

  show(phone) {
    if (!phone) return;
    this.current = phone;
    for (const { tab } of this.phones) tab?.removeAttribute("aria-current");
    phone.tab?.setAttribute("aria-current", "true");
    // Only the strip moves: scrollIntoView would also move the page.
    if (phone.tab) this.tabs.scrollTo({ left: phone.tab.offsetLeft - 24, behavior: "smooth" });
  }

  inView(phone, seen) {
    phone.seen = seen;
    if (seen) phone.unread = 0;
    this.markUnread(phone);
  }

  markUnread(phone) {
    phone.tab?.querySelector(".count")?.remove();
    if (!phone.unread) return;
    const count = make("span", "count");
    const number = make("span", "", phone.unread > 99 ? "99+" : phone.unread);
    number.setAttribute("aria-hidden", "true");
    count.append(number, say(make("span", "unseen"), "unread", { n: phone.unread }));
    phone.tab?.append(count);
  }

  /** More phones than fit: the tabs appear. */
  measure() {
    const crowded = this.track.scrollWidth > this.track.clientWidth + 4;
    document.body.classList.toggle("crowded", crowded);
  }

  receive(message) {
    const phone = this.find(message.chat);
    if (!phone?.receive(message) || phone.seen) return;
    phone.unread += 1;
    this.markUnread(phone);
  }

  get lastId() {
    return Math.max(0, ...this.phones.map((phone) => phone.log.lastId));
  }

  load(options) {
    return Promise.all(this.phones.map((phone) => phone.load(options)));
  }

  redraw() {
    for (const phone of this.phones) phone.log.redraw();
  }
}
