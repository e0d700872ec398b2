// A phone's own menu: how it answers, whether its person blocks the bot, closing it.

import { make } from "./helpers.js";
import { Panel } from "./panel.js";
import { say } from "./words.js";

const OTHER = { buttons: "numbers", numbers: "buttons" };

export class PhoneMenu {
  /** @param on { mode(mode), block(on), close() } */
  constructor(node, { chat, kind }, name, on) {
    const part = (selector) => node.querySelector(selector);
    this.button = part(".more");
    this.switch = part(".phone-menu .switch");
    this.radios = [...node.querySelectorAll(".mode input")];
    this.panel = new Panel(this.button, part(".phone-menu"));
    const hooks = { ".more": "menu", ".mode": "mode", ".phone-menu .switch": "block", ".shut": "close" };
    for (const [selector, hook] of Object.entries(hooks)) part(selector).dataset.testid = `${hook}-${chat}`;
    say(this.button, "phone_menu", { name }, "label");
    say(part(".phone-menu"), "phone_menu", { name }, "label");
    part(".fault").hidden = kind === "group";
    part(".shut").addEventListener("click", on.close);
    for (const radio of this.radios) {
      radio.name = `mode-${chat}`;
      radio.addEventListener("change", () => on.mode(radio.value));
    }
    this.switch.addEventListener("click", () => on.block(this.switch.getAttribute("aria-checked") !== "true"));
  }

  showMode(mode) {
    this.mode = mode;
    for (const radio of this.radios) radio.checked = radio.value === mode;
    this.markOther(false);
  }

  showBlocked(blocked) {
    this.switch.setAttribute("aria-checked", String(blocked));
  }

  /** A dot on the way of answering that is not shown: something came there. */
  markOther(news) {
    for (const dot of [...this.button.querySelectorAll(".dot"), ...this.panel.panel.querySelectorAll(".dot")]) {
      dot.remove();
    }
    if (!news) return;
    const other = this.radios.find((radio) => radio.value === OTHER[this.mode]);
    for (const place of [this.button, other.parentElement]) {
      const dot = make("span", "dot");
      dot.append(say(make("span", "unseen"), "mode_unread"));
      place.append(dot);
    }
  }
}
