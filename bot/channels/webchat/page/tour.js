// The guided tour: a strip at the foot of the page that can be left at any time. It never blocks anything.

import { make } from "./helpers.js";
import { STEPS } from "./tour_steps.js";
import { Stage } from "./tour_stage.js";
import { recall, remember, say } from "./words.js";

const KEPT = "keng-tour";
const OFFER = -1;
const END = STEPS.length;

export class Tour {
  constructor(node, opener, { deck, clock }) {
    this.node = node;
    this.opener = opener;
    this.stage = new Stage(deck, clock);
    this.at = null; // the number of the step; null: no tour
    this.shown = "";
    this.running = false;
    this.failed = false;
    const part = (selector) => node.querySelector(selector);
    this.part = { place: part(".place"), title: part(".title"), what: part(".what"), why: part(".why") };
    this.doButton = part(".do");
    this.onButton = part(".on");
    this.leaveButton = say(part(".leave"), "tour_leave");
    this.doButton.addEventListener("click", () => (this.step ? this.run() : this.start()));
    this.onButton.addEventListener("click", () => this.goTo(this.at + 1));
    this.leaveButton.addEventListener("click", () => this.leave());
    opener.addEventListener("click", () => this.start());
  }

  get step() {
    return STEPS[this.at];
  }

  /** The first visit: a small card that offers the tour. */
  begin() {
    if (this.at !== null || recall(KEPT)) return;
    this.at = OFFER;
    this.draw();
  }

  start() {
    remember(KEPT, "seen");
    this.goTo(0);
    this.onButton.focus();
  }

  /** The demo begins anew: so does a tour that is under way. */
  again() {
    if (this.step) this.goTo(0);
  }

  leave() {
    remember(KEPT, "seen");
    this.stop();
    this.at = null;
    this.draw();
    this.opener.focus();
  }

  async goTo(number) {
    this.stop();
    this.at = number;
    this.draw();
    if (this.step) await this.stage.open(this.step.part);
    this.look();
  }

  /** Ends what is being done for somebody. */
  stop() {
    this.stage.stopped = true;
    this.stage.look();
    this.stage = new Stage(this.stage.deck, this.stage.clock);
    this.running = false;
    this.failed = false;
  }

  async run() {
    if (this.running) return;
    const { step, stage } = this;
    this.running = true;
    this.draw();
    await stage.open(step.part);
    await step.run(stage);
    if (stage !== this.stage) return; // left meanwhile
    stage.phone(step.part)?.log.toLatest();
    this.running = false;
    this.failed = !step.done(stage);
    this.draw();
  }

  /** Something on the page changed; many changes are one look. */
  look() {
    if (this.at === null || this.looking) return;
    this.looking = true;
    requestAnimationFrame(() => {
      this.looking = false;
      this.stage.look();
      this.draw();
    });
  }

  redraw() {
    this.shown = "";
    if (this.at !== null) this.draw();
  }

  draw() {
    this.node.hidden = this.at === null;
    document.body.classList.toggle("touring", this.step !== undefined);
    this.point();
    if (this.at === null) return;
    const done = Boolean(this.step?.done(this.stage));
    const key = [this.at, done, this.running, this.failed && !done].join();
    if (key === this.shown) return;
    this.shown = key;
    this.node.classList.toggle("is-done", done);
    this.node.dataset.step = this.at;
    this.write(done);
    this.showButtons(done);
  }

  write(done) {
    const { place, title, what, why } = this.part;
    const name = this.step?.name ?? (this.at === END ? "end" : "offer");
    place.hidden = !this.step;
    say(place, "tour_place", { n: this.at + 1, all: END });
    say(title, `tour_${name}`);
    say(what, done ? `tour_${name}_done` : `tour_${name}_do`);
    if (this.running && !done) say(what, "tour_running");
    else if (this.failed && !done) say(what, "tour_passed");
    why.hidden = !this.step;
    if (!this.step) return;
    why.replaceChildren(say(make("strong"), "tour_why"), " ", say(make("span"), `tour_${name}_why`));
  }

  showButtons(done) {
    const hadFocus = this.node.contains(document.activeElement);
    say(this.doButton, this.step ? "tour_do" : this.at === END ? "tour_over" : "tour_start");
    say(this.onButton, this.at === END - 1 ? "tour_finish" : "tour_next");
    say(this.leaveButton, this.step ? "tour_leave" : "tour_close");
    this.doButton.hidden = done;
    this.doButton.classList.toggle("working", this.running);
    this.doButton.setAttribute("aria-disabled", String(this.running));
    this.onButton.hidden = !this.step;
    this.onButton.classList.toggle("main", done);
    this.onButton.classList.toggle("plain", !done);
    if (hadFocus && !document.activeElement.checkVisibility()) {
      (this.step ? this.onButton : this.leaveButton).focus();
    }
  }

  /** Marks the phone of the step, and what to press there. */
  point() {
    for (const node of document.querySelectorAll(".pointed")) node.classList.remove("pointed");
    if (!this.step) return;
    this.stage.phone(this.step.part)?.node.classList.add("pointed");
    if (!this.step.done(this.stage)) this.step.point?.(this.stage)?.classList.add("pointed");
  }
}
