// The messages of one phone: order, day separators, hints, staying at the end.

import { makeBubble } from "./bubble.js";
import { dayKey, dayOf, make, makeButton } from "./helpers.js";
import { say } from "./words.js";

const NEAR = 80;
const MARGIN = 12;
const STARTS = {
  secretary: ["trogiup", "hop 24 19:30 Nhà văn hoá", "danhsach"],
  member: ["lich", "trogiup"],
  reader: ["baocao", "phancong"],
  group: ["nhom"],
};

export class Log {
  constructor(node, jump, view) {
    this.node = node;
    this.jump = jump;
    this.view = view; // view(message) → what makeBubble needs
    this.messages = [];
    jump.addEventListener("click", () => this.toEnd(true));
    node.addEventListener("scroll", () => {
      if (this.nearEnd()) jump.hidden = true;
    }, { passive: true });
    new ResizeObserver(() => {
      if (this.sticky) this.toLatest();
    }).observe(node);
    this.sticky = true;
    this.placed = 0; // where we have put it: whoever scrolls away is left there
    node.addEventListener("scroll", () => { this.sticky = this.nearEnd(); }, { passive: true });
  }

  get lastId() {
    return this.messages.at(-1)?.id ?? 0;
  }

  nearEnd() {
    return this.node.scrollHeight - this.node.scrollTop - this.node.clientHeight < NEAR;
  }

  toEnd(smooth = false) {
    this.jump.hidden = true;
    this.node.scrollTo({ top: this.node.scrollHeight, behavior: smooth ? "smooth" : "instant" });
    this.placed = this.node.scrollTop;
  }

  /** The end; but a message taller than the phone (a roll-call, a consent) is read from its first line. */
  toLatest() {
    const end = this.node.lastElementChild;
    let last = end;
    while (last?.classList.contains("enclosed")) last = last.previousElementSibling; // its files belong to it
    const height = last ? end.offsetTop + end.offsetHeight - last.offsetTop : 0;
    const hidden = last ? height + 2 * MARGIN - this.node.clientHeight : 0;
    if (hidden <= 0 || !this.node.clientHeight) {
      this.toEnd();
      return;
    }
    this.sticky = hidden < NEAR;
    if (this.sticky) this.jump.hidden = true;
    else this.offer("more_below");
    this.node.scrollTo({ top: last.offsetTop - MARGIN, behavior: "instant" });
    this.placed = this.node.scrollTop;
  }

  /** The button that leads to the end. */
  offer(key) {
    say(this.jump.querySelector("span"), key);
    this.jump.hidden = false;
  }

  clear() {
    this.messages = [];
    this.node.replaceChildren();
  }

  /** Takes a list from the server; what is already here stays. History is not read aloud. */
  merge(list) {
    const known = new Set(this.messages.map((message) => message.id));
    const fresh = list.filter((message) => !known.has(message.id));
    if (!fresh.length) return;
    this.messages = [...this.messages, ...fresh].sort((one, other) => one.id - other.id);
    this.redraw();
  }

  /** Takes one message from the stream; false if it was here already. */
  add(message) {
    if (this.messages.some((one) => one.id === message.id)) return false;
    if (message.id < this.lastId) {
      this.merge([message]);
      return true;
    }
    const untouched = Math.abs(this.node.scrollTop - this.placed) < 2;
    const stay = untouched || this.nearEnd() || message.from === "person";
    const before = this.messages.at(-1);
    this.messages.push(message);
    if (!before) this.node.replaceChildren();
    this.draw(message, before);
    if (stay) this.toLatest();
    else this.offer("new_below");
    return true;
  }

  draw(message, before) {
    const day = dayKey(message.at);
    if (!before || dayKey(before.at) !== day) {
      const line = make("div", "day");
      line.append(make("span", "", dayOf(message.at)));
      this.node.append(line);
    }
    const follows = before && before.from === message.from && before.person === message.person
      && dayKey(before.at) === day;
    const view = this.view(message);
    const row = makeBubble(message, { ...view, showName: view.showName && !follows });
    if (follows) row.classList.add("follows");
    this.node.append(row);
  }

  redraw() {
    if (!this.messages.length) return;
    this.node.setAttribute("aria-live", "off");
    this.node.replaceChildren();
    this.messages.forEach((message, index) => this.draw(message, this.messages[index - 1]));
    this.toLatest();
    setTimeout(() => this.node.setAttribute("aria-live", "polite"), 500);
  }

  /** What to do first, in a phone without messages. */
  hint(kind, unlinked, fill) {
    if (this.messages.length) return;
    const card = make("div", "hint");
    card.append(
      say(make("strong"), unlinked ? "hint_title_slip" : "hint_title"),
      say(make("p"), unlinked ? "hint_slip" : `hint_${kind}`),
    );
    if (!unlinked) {
      const starts = make("div", "starts");
      for (const start of STARTS[kind]) {
        const button = makeButton("start", start);
        button.lang = "vi";
        button.addEventListener("click", () => fill(start));
        starts.append(button);
      }
      card.append(starts);
    }
    this.node.replaceChildren(card);
  }
}
