// The eight steps of the tour: whose phone, what to press, how it is done for somebody, when it is done.
// Each looks at what is really there, so it does not matter who did it, or in which order.

import { dayKey } from "./helpers.js";
import { word } from "./words.js";

const NUMBERED = /^1\. /m;
const TABLE = /\.xlsx$/;
const EVENING = ["line_ok", "close_ok", "guest", "close"];
const HALF_AN_HOUR = 30 * 60 * 1000;

const nextButton = (stage) => stage.clock.node.querySelector(".next");

/** When the meeting of the newest notice begins, in milliseconds; null before there is one. */
function meetingAt(stage) {
  const text = stage.offered("secretary", "rsvp")?.text;
  const found = text && new RegExp(word("notice_time")).exec(text);
  if (!found) return null;
  const [, hour, minute = "00", day, month, year] = found;
  return Date.parse(`${year}-${month}-${day}T${hour.padStart(2, "0")}:${minute}:00+07:00`);
}

const notices = (stage) => stage.unasked("numbers").filter(({ text }) => NUMBERED.test(text));

async function recordEvening(stage) {
  const start = meetingAt(stage);
  if (start !== null && Date.parse(stage.clock.now) < start) {
    await stage.move(new Date(start + HALF_AN_HOUR).toISOString());
  }
  const isAsked = () => EVENING.find((action) => {
    const last = stage.messages("secretary").findLast(({ from }) => from === "bot");
    return last?.buttons?.some(({ token }) => token.startsWith(`${action}.`));
  });
  if (!isAsked()) await stage.write("secretary", word("tour_roll"));
  for (let action = isAsked(); action && !stage.stopped; action = isAsked()) {
    if (!(await stage.press("secretary", action, action === "guest" ? ".none." : ""))) return;
  }
}

/** The day of the digest: the second of a month, in the morning. */
function digestDay(now) {
  const [year, month, day] = dayKey(now).split("-").map(Number);
  const there = new Date(Date.UTC(year, day > 2 ? month : month - 1, 2, 1));
  return there.toISOString();
}

const hasDigest = (stage) => stage.messages("reader").some(({ file }) => TABLE.test(file?.name ?? ""));

export const STEPS = [
  {
    name: "phones",
    part: "secretary",
    done: (stage) => stage.parts.every((part) => stage.phone(part)),
    async run(stage) {
      for (const part of stage.parts) await stage.open(part);
    },
  },
  {
    name: "join",
    part: "numbers",
    done: (stage) => Boolean(stage.phone("numbers")?.linked && stage.chat("numbers").consent),
    point: (stage) => stage.phone("numbers")?.slip.querySelector("button"),
    async run(stage) {
      const phone = stage.phone("numbers");
      if (!phone.linked) await stage.answer("numbers", () => phone.sendSlip());
      await stage.write("numbers", word("tour_agree"));
      await stage.until(() => this.done(stage));
    },
  },
  {
    name: "holiday",
    part: "secretary",
    done(stage) {
      const asked = stage.offered("secretary", "clash_to");
      const sure = stage.offered("secretary", "move_ok");
      return stage.answered("secretary", asked) && (!sure || stage.answered("secretary", sure));
    },
    point: (stage) => stage.button("secretary", "move_ok") ?? stage.first("secretary", "clash_to") ?? nextButton(stage),
    async run(stage) {
      await stage.clockUntil(() => stage.offered("secretary", "clash_to"));
      if (!stage.answered("secretary", stage.offered("secretary", "clash_to"))) {
        await stage.press("secretary", "clash_to");
      }
      if (!this.done(stage)) await stage.press("secretary", "move_ok");
    },
  },
  {
    name: "notice",
    part: "member",
    done: (stage) => stage.offered("member", "rsvp") !== undefined,
    point: nextButton,
    async run(stage) {
      await stage.clockUntil(() => this.done(stage));
    },
  },
  {
    name: "answer",
    part: "member",
    done: (stage) => stage.messages("member").some(
      (one) => one.buttons?.some(({ token }) => token.startsWith("rsvp.")) && stage.answered("member", one),
    ),
    point: (stage) => stage.button("member", "rsvp", ".coming."),
    async run(stage) {
      await stage.press("member", "rsvp", ".coming.");
    },
  },
  {
    name: "reminder",
    part: "numbers",
    done(stage) {
      const [first, ...more] = notices(stage);
      return more.some(({ at }) => dayKey(at) !== dayKey(first.at));
    },
    point: nextButton,
    async run(stage) {
      const over = () => meetingAt(stage) !== null && Date.parse(stage.clock.now) > meetingAt(stage);
      await stage.clockUntil(() => this.done(stage) || over());
    },
  },
  {
    name: "evening",
    part: "secretary",
    done: (stage) => stage.offered("secretary", "reopen") !== undefined,
    point: (stage) => EVENING.map((action) => stage.button("secretary", action)).find(Boolean)
      ?? stage.phone("secretary")?.box,
    run: recordEvening,
  },
  {
    name: "digest",
    part: "reader",
    done: hasDigest,
    point: nextButton,
    async run(stage) {
      if (!hasDigest(stage)) await stage.move(digestDay(stage.clock.now));
      await stage.until(() => hasDigest(stage));
    },
  },
];
