// One line for the whole page; a good one goes away by itself.

import { hush, say } from "./words.js";

const SHOWN = 8000;

export class Note {
  constructor(node) {
    this.node = node;
    this.timer = null;
  }

  tell(key, values = {}, { bad = false, stays = bad } = {}) {
    clearTimeout(this.timer);
    this.node.classList.toggle("bad", bad);
    say(this.node, key, values);
    if (!stays) this.timer = setTimeout(() => this.quiet(), SHOWN);
  }

  fail(failure) {
    this.quiet();
    this.node.classList.add("bad");
    failure.sayIn(this.node);
  }

  quiet() {
    clearTimeout(this.timer);
    hush(this.node);
    this.node.classList.remove("bad");
  }
}
