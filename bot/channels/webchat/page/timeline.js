// What happened so far: each instant with what was sent to whom; names only when somebody asks.

import { call } from "./api.js";
import { make, makeButton, momentOf } from "./helpers.js";
import { Panel } from "./panel.js";
import { say, sayBoth } from "./words.js";

const KEPT = 200;

export class Timeline {
  constructor(node, opener) {
    this.node = node;
    this.list = node.querySelector("ol");
    this.none = node.querySelector(".none");
    this.known = new Set();
    this.panel = new Panel(opener, node, { stays: true });
    document.getElementById("timeline-close").addEventListener("click", () => this.panel.close());
  }

  /** What the server remembers; a demo that began anew remembers less than we do. */
  setState({ steps }) {
    if (steps.length < this.list.children.length && steps.length < 60) this.clear();
    for (const step of steps) this.add(step);
  }

  clear() {
    this.known.clear();
    this.list.replaceChildren();
    this.none.hidden = false;
  }

  /** Takes a step; false if it is here already. */
  add(step) {
    const key = `${step.at} ${step.what.vi}`;
    if (this.known.has(key)) return false;
    this.known.add(key);
    this.none.hidden = true;
    this.list.prepend(this.entry(step));
    while (this.list.children.length > KEPT) this.list.lastElementChild.remove();
    return true;
  }

  entry({ at, what, sent, people }) {
    const entry = make("li", "step");
    const time = say(make("time"), "at", { when: () => momentOf(at) });
    time.dateTime = at;
    entry.append(time, sayBoth(make("p", "what"), what));
    if (!sent.length) {
      entry.append(say(make("p", "nobody"), "sent_nobody"));
      return entry;
    }
    const details = make("details");
    details.append(say(make("summary"), "sent", { n: people }));
    const list = make("ul");
    for (const one of sent) list.append(this.line(one));
    const button = say(makeButton("plain"), "sent_names");
    button.addEventListener("click", () => this.names(at, list, button));
    details.append(list, button);
    entry.append(details);
    return entry;
  }

  line({ cell, kind, count }) {
    const line = make("li");
    const name = make("span", "", cell);
    name.lang = "vi";
    line.append(name, ": ", sayBoth(make("span"), kind), ", ", say(make("span"), "sent_count", { n: count }));
    return line;
  }

  async names(at, list, button) {
    button.setAttribute("aria-busy", "true");
    try {
      const { sent } = await call(`/web/sent?${new URLSearchParams({ at })}`);
      list.replaceChildren(...sent.map(({ cell, kind, names }) => {
        const line = make("li");
        const place = make("strong", "", cell);
        const who = make("span", "", names.join(", "));
        for (const node of [place, who]) node.lang = "vi";
        line.append(place, ": ", sayBoth(make("span"), kind), ". ", who);
        return line;
      }));
      list.tabIndex = -1;
      list.focus();
      button.remove();
    } catch (failure) {
      failure.sayIn(button);
    }
    button.removeAttribute("aria-busy");
  }
}
