// The page's only way to the server: JSON calls and the stream of events.

import { say, sayBoth } from "./words.js";

/** Something did not work; it can say so in a node, in the language of the page. */
export class Failure extends Error {
  constructor(sayIn) {
    super("the server said no, or nothing");
    this.sayIn = sayIn;
  }

  static of(key, values = {}) {
    return new Failure((node) => say(node, key, values));
  }
}

export async function call(path, body) {
  const options = body === undefined ? {} : {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  };
  let answer;
  try {
    answer = await fetch(path, options);
  } catch {
    throw Failure.of(body === undefined ? "offline_load" : "offline");
  }
  let data = null;
  try {
    data = await answer.json();
  } catch { /* not JSON: told by its status below */ }
  if (data?.error) throw new Failure((node) => sayBoth(node, data.error));
  if (!answer.ok || data === null) throw Failure.of("failed", { status: answer.status });
  return data;
}

const KINDS = ["message", "clock", "step", "switches", "people"];

/** Opens the stream of what happens after a message; `on` has a function a kind, `open` and `lost`. */
export function listen(after, page, on) {
  const stream = new EventSource(`/web/stream?${new URLSearchParams({ after, page })}`);
  stream.addEventListener("open", () => on.open());
  for (const kind of KINDS) {
    stream.addEventListener(kind, (event) => on[kind](JSON.parse(event.data)));
  }
  stream.addEventListener("error", () => {
    // A restarted server may count from one again, so the page starts over instead of
    // letting the browser resume from an id that no longer means anything.
    stream.close();
    on.lost();
  });
  return stream;
}
