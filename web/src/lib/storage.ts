/** The browser's own storage, which may be disabled: then reads find nothing and writes are ignored. */
export const local = guarded(() => window.localStorage);
export const tab = guarded(() => window.sessionStorage);

function guarded(open: () => Storage) {
  function attempt<T>(act: (storage: Storage) => T, otherwise: T) {
    try {
      return act(open());
    } catch {
      return otherwise;
    }
  }

  return {
    isAvailable: () => attempt((storage) => storage.length >= 0, false),
    read: (key: string) => attempt((storage) => storage.getItem(key), null),
    write: (key: string, value: string) => attempt((storage) => storage.setItem(key, value), undefined),
    remove: (key: string) => attempt((storage) => storage.removeItem(key), undefined),
    keys: () => attempt((storage) => Object.keys(storage), []),
  };
}
