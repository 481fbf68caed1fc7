import { tab } from "./storage.ts";

/** Unsaved input is kept for this tab: a reload, an error or a lost session loses nothing. */
const prefix = "draft:";

export function keepDraft(name: string, draft: object) {
  tab.write(prefix + name, JSON.stringify(draft));
}

/** Returns what was stored under a name; its content is unverified. */
export function readDraft<T extends object>(name: string): Partial<T> {
  const text = tab.read(prefix + name);
  try {
    return text === null ? {} : (JSON.parse(text) as Partial<T>);
  } catch {
    return {};
  }
}

export function forgetDraft(name: string) {
  tab.remove(prefix + name);
}

export function forgetDrafts() {
  for (const key of tab.keys()) {
    if (key.startsWith(prefix)) {
      tab.remove(key);
    }
  }
}
