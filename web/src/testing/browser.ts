import { vi } from "vitest";

const origin = "https://muster.example";

/** What a browser keeps, for tests that run without one: storage of the site and of the tab, both empty. */
export function openBrowser({ isStorageOn = true } = {}) {
  const [localStorage, sessionStorage] = [emptyStorage(), emptyStorage()];
  const location = { origin };
  vi.stubGlobal("window", isStorageOn ? { localStorage, sessionStorage, location } : closed());
  return { local: localStorage, tab: sessionStorage };
}

/** Storage that is switched off throws already when it is looked at. */
function closed() {
  const refuse = {
    get() {
      throw new Error("Storage is switched off.");
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
