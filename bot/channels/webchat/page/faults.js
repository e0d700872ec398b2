// What may go wrong in earnest, to be tried: a channel down, the power cut.

import { call } from "./api.js";
import { Panel } from "./panel.js";
import { hush, say } from "./words.js";

export class Faults {
  /** @param changed(switches) hears what is switched; failed(failure) what could not be */
  constructor(node, opener, { changed, failed }) {
    this.node = node;
    this.opener = opener;
    this.changed = changed;
    this.failed = failed;
    this.waiting = node.querySelector(".waiting");
    this.power = node.querySelector(".power");
    this.panel = new Panel(opener, node);
    for (const button of node.querySelectorAll("[data-down]")) {
      const on = () => button.getAttribute("aria-checked") !== "true";
      button.addEventListener("click", () => {
        this.ask({ name: "channel", bot: button.dataset.down, on: on() });
      });
    }
    this.power.addEventListener("click", () => this.ask({ name: "power" }));
  }

  set(switches) {
    this.switches = switches;
    for (const button of this.node.querySelectorAll("[data-down]")) {
      button.setAttribute("aria-checked", String(switches.down.includes(button.dataset.down)));
    }
    say(this.power, switches.power === "armed" ? "power_armed" : "power");
    this.opener.classList.toggle("alarmed", switches.down.length > 0 || switches.power === "armed");
    if (switches.waiting) say(this.waiting, "waiting", { n: switches.waiting });
    else hush(this.waiting);
  }

  /** Sends a switch. The power may be gone before the answer is here: that is what was asked for. */
  async ask(what) {
    if (what.name === "power") {
      this.set({ ...this.switches, power: "armed" });
      if (this.panel.open) this.panel.close(); // there will be something to see
    }
    try {
      const switches = await call("/web/switch", what);
      this.set(switches);
      this.changed(switches);
    } catch (failure) {
      if (what.name !== "power") this.failed(failure);
    }
  }
}
