import { toSentence } from "#lib/failure.ts";

type More = {
  description?: string;
  type?: "success" | "error";
  /** The action of a message: undoing makes the reverse change. */
  action?: { label: string; run: () => void };
};
export type Message = More & { title: string };

/** The time that a message stays, and one that can be acted on or says what failed. No other wait is as long. */
export const stays = { messageMs: 5_500, actionMs: 8_500 };

/** Messages from before anything could show them. */
const waiting: Message[] = [];
let show: ((message: Message) => void) | undefined;

/** Shows a short message that something was done, or that it could not be. */
export function toast(title: string, more: More = {}) {
  const message = { title, ...more };
  if (show) {
    show(message);
  } else {
    waiting.push(message);
  }
}

/** Shows that something could not be done, and why; what was shown as done already is put back. */
export function toastFailure(title: string, error: unknown, putBack?: () => void) {
  putBack?.();
  toast(title, { description: toSentence(error), type: "error" });
}

/** Registers what shows messages from now on, including waiting ones; the returned function ends that. */
export function onMessage(shower: (message: Message) => void) {
  show = shower;
  for (const message of waiting.splice(0)) {
    shower(message);
  }
  return () => {
    show = undefined;
  };
}
