// The demonstration's clock and the list of what happened while it moved.

import { call } from "./api.js";
import { dayOf, hourOf, make } from "./helpers.js";
import { say, word } from "./words.js";

const KEPT = 200;
const momentOf = (iso) => `${hourOf(iso)} · ${dayOf(iso)}`;

export class Clock {
  constructor(node) {
    this.node = node;
    this.hour = node.querySelector(".hour");
    this.day = node.querySelector(".day");
    this.timeline = node.querySelector(".timeline");
    this.latest = node.querySelector(".latest");
    this.list = node.querySelector("ol");
    this.none = node.querySelector(".none");
    this.buttons = [...node.querySelectorAll("[data-to]")];
    this.now = null;
    for (const button of this.buttons) {
      button.addEventListener("click", () => this.move(button));
    }
    say(node.querySelector(".now"), "clock_now", {}, "title");
    say(this.latest, "timeline");
    this.timeline.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !this.timeline.open) return;
      this.timeline.open = false;
      this.timeline.querySelector("summary").focus();
    });
    document.addEventListener("pointerdown", (event) => {
      if (!this.timeline.contains(event.target)) this.timeline.open = false;
    });
  }

  setState({ clock, now }) {
    this.node.hidden = !clock;
    this.set(now);
  }

  set(now) {
    this.now = now;
    this.redraw();
  }

  redraw() {
    if (this.now === null) return;
    this.hour.textContent = hourOf(this.now);
    this.day.textContent = dayOf(this.now);
    for (const time of this.list.querySelectorAll("time")) time.textContent = momentOf(time.dateTime);
  }

  async move(button) {
    if (this.busy) return;
    this.setBusy(button);
    say(this.latest, "clock_busy");
    this.latest.classList.remove("bad");
    try {
      const { now, passed } = await call("/web/clock", { to: button.dataset.to });
      this.set(now);
      this.record(now, passed);
    } catch (failure) {
      delete this.latest.dataset.say;
      this.latest.textContent = failure.message;
      this.latest.classList.add("bad");
    }
    this.setBusy(null);
  }

  setBusy(pressed) {
    this.busy = pressed !== null;
    this.node.setAttribute("aria-busy", String(this.busy));
    for (const button of this.buttons) {
      // Not `disabled`: the keyboard's focus must stay where it is.
      button.setAttribute("aria-disabled", String(this.busy));
      button.classList.toggle("working", button === pressed);
    }
  }

  record(now, passed) {
    this.none.hidden = true;
    const entry = make("li", "step");
    const time = make("time", "", momentOf(now));
    time.dateTime = now;
    entry.append(time);
    const events = make("ul");
    events.lang = "vi";
    for (const text of passed) events.append(make("li", "", text));
    if (passed.length) entry.append(events);
    else entry.append(say(make("p"), "clock_quiet"));
    this.list.prepend(entry);
    while (this.list.children.length > KEPT) this.list.lastElementChild.remove();
    const text = passed.at(-1);
    const values = { text, n: passed.length };
    if (!text) say(this.latest, "clock_quiet");
    else say(this.latest, passed.length === 1 ? "timeline_latest" : "timeline_more", values);
    this.latest.title = text ?? word("clock_quiet");
  }
}
