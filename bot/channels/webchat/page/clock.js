// The demonstration's clock: what time it is, what comes next, and playing the month.

import { call } from "./api.js";
import { dayOf, hourOf, momentOf } from "./helpers.js";
import { hush, say } from "./words.js";

const DAY = 24 * 3600 * 1000;

export class Clock {
  /** @param told(step) takes each step that a move brought */
  constructor(node, told) {
    this.node = node;
    this.told = told;
    this.hour = node.querySelector(".hour");
    this.date = node.querySelector(".date");
    this.coming = node.querySelector(".coming");
    this.latest = node.querySelector(".latest");
    this.playButton = node.querySelector(".play");
    this.buttons = [...node.querySelectorAll("[data-to]")];
    this.now = null;
    this.next = null;
    this.busy = false;
    this.moving = Promise.resolve(true); // the newest move
    this.playing = false;
    for (const button of this.buttons) {
      button.addEventListener("click", () => this.move(button.dataset.to, button));
    }
    this.playButton.addEventListener("click", () => this.play(!this.playing));
    node.querySelector(".paces").addEventListener("change", () => {
      if (this.playing) this.play(true);
    });
    say(node.querySelector(".now"), "clock_now", {}, "title");
    say(this.latest, "clock_ready");
  }

  setState({ clock, now, next, playing, steps }) {
    this.node.hidden = !clock;
    this.latest.classList.remove("bad");
    if (steps.length) this.tell(steps.at(-1));
    else say(this.latest, "clock_ready");
    this.set({ now, next, playing });
  }

  set({ now, next, playing = this.playing }) {
    this.now = now;
    this.next = next;
    this.playing = playing;
    if (next) say(this.coming, "clock_coming", { when: () => momentOf(next.at), what: next.what });
    else hush(this.coming);
    say(this.playButton, playing ? "play_stop" : "play");
    this.playButton.classList.toggle("working", playing);
    this.node.classList.toggle("playing", playing);
    this.node.dataset.playing = playing;
    // Read aloud event by event, a playing month would never come to an end.
    this.latest.setAttribute("aria-live", playing ? "off" : "polite");
    this.redraw();
  }

  redraw() {
    if (this.now === null) return;
    this.hour.textContent = hourOf(this.now);
    this.date.textContent = dayOf(this.now);
  }

  /** What happened last, in one line. */
  tell({ at, what, people }) {
    this.latest.classList.remove("bad");
    const key = people > 0 ? "news" : "news_nobody";
    say(this.latest, key, { when: () => momentOf(at), what, n: people });
  }

  /** Moves the clock; false if it is moving already, or the server did not. `button` shows that it is at work. */
  async move(to, button = null) {
    if (this.busy) return false;
    this.moving = this.go(to, button);
    return this.moving;
  }

  async go(to, button) {
    this.setBusy(true, button);
    let moved = true;
    try {
      const { now, next, passed } = await call("/web/clock", { to: this.instant(to) });
      for (const step of passed) this.told(step);
      if (!passed.length) say(this.latest, "clock_quiet");
      this.set({ now, next });
    } catch (failure) {
      this.fail(failure);
      moved = false;
    }
    this.setBusy(false, button);
    return moved;
  }

  /** An instant, not a step: what a browser sends once more after a power cut must not move the clock twice. */
  instant(to) {
    if (to === "day") return new Date(Date.parse(this.now) + DAY).toISOString();
    if (to !== "next") return to;
    const next = this.next?.at;
    return next && Date.parse(next) > Date.parse(this.now) ? next : to;
  }

  async play(on) {
    const pace = Number(this.node.querySelector(".paces :checked").value);
    try {
      const { playing } = await call("/web/play", { pace, on });
      this.set({ now: this.now, next: this.next, playing });
    } catch (failure) {
      this.fail(failure);
    }
  }

  fail(failure) {
    failure.sayIn(this.latest);
    this.latest.classList.add("bad");
  }

  setBusy(busy, pressed) {
    this.busy = busy;
    this.node.setAttribute("aria-busy", String(busy));
    for (const button of this.buttons) {
      // Not `disabled`: the keyboard's focus must stay where it is.
      button.setAttribute("aria-disabled", String(busy));
      button.classList.toggle("working", busy && button === pressed);
    }
  }
}
