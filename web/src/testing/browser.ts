import { vi } from "vitest";

const origin = "https://muster.example";

/** A browser's storage, for tests that run without one: of the site and of the tab, both empty. */
export function openBrowser({ isStorageOn = true } = {}) {
  const [localStorage, sessionStorage] = [emptyStorage(), emptyStorage()];
  const location = { origin };
  vi.stubGlobal("window", isStorageOn ? { localStorage, sessionStorage, location } : closed());
  return { local: localStorage, tab: sessionStorage };
}

/** Disabled storage throws on access. */
function closed() {
  const refuse = {
    get() {
      throw new Error("Storage is disabled.");
    },
  };
  return Object.defineProperties({ location: { origin } }, { localStorage: refuse, sessionStorage: refuse });
}

/** Like a browser's own, it has its keys as properties. */
function emptyStorage(): Storage {
  return Object.create({
    getItem(this: Record<string, string>, key: string) {
      return this[key] ?? null;
    },
    setItem(this: Record<string, string>, key: string, value: string) {
      this[key] = value;
    },
    removeItem(this: Record<string, string>, key: string) {
      delete this[key];
    },
    get length() {
      return Object.keys(this).length;
    },
  }) as Storage;
}
