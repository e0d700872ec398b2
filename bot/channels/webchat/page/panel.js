// A small panel under a button: opens, closes with Escape or a press elsewhere, gives the focus back.

export class Panel {
  /** @param stays whether a press elsewhere leaves it open */
  constructor(button, panel, { stays = false } = {}) {
    this.button = button;
    this.panel = panel;
    button.addEventListener("click", () => this.toggle());
    for (const node of [button, panel]) {
      node.addEventListener("keydown", (event) => {
        if (event.key !== "Escape" || !this.open) return;
        event.stopPropagation();
        this.close();
      });
    }
    if (stays) return;
    document.addEventListener("pointerdown", ({ target }) => {
      if (this.open && !panel.contains(target) && !button.contains(target)) this.toggle(false);
    });
  }

  get open() {
    return !this.panel.hidden;
  }

  toggle(open = !this.open) {
    this.panel.hidden = !open;
    this.button.setAttribute("aria-expanded", String(open));
  }

  close() {
    this.toggle(false);
    this.button.focus();
  }
}
