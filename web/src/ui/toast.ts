type More = {
  description?: string;
  type?: "success" | "error";
  /** What the person may do about it: undoing does the real reverse. */
  action?: { label: string; run: () => void };
};
export type Message = More & { title: string };

/** What was said before anything was there to show it. */
const waiting: Message[] = [];
let show: ((message: Message) => void) | undefined;

/** Says in passing that something was done, or that it could not be. */
export function toast(title: string, more: More = {}) {
  const message = { title, ...more };
  if (show) {
    show(message);
  } else {
    waiting.push(message);
  }
}

/** Names who shows messages from now on, those that wait included; the function that it returns ends that. */
export function onMessage(shower: (message: Message) => void) {
  show = shower;
  for (const message of waiting.splice(0)) {
    shower(message);
  }
  return () => {
    show = undefined;
  };
}
