import { type Answer, apiOf, request } from "./http.ts";
import { type Identity, type PinnedKey, writeIdentity } from "./identity.ts";
import type { KeyStore } from "./key-store.ts";
import type { System } from "./system.ts";

export type Call = { method?: "POST"; body?: string; headers?: Record<string, string> };
export type CallOptions = { timeoutMs: number; signal?: AbortSignal | undefined };
export type Session = ReturnType<typeof openSession>;

const successorHeader = "muster-device-token";

/** Requests of a linked device. Keeps its token, and the keys that it trusts. */
export function openSession(linked: Identity, store: KeyStore, system: System) {
  let identity = linked;
  const underWay = new Map<Promise<unknown>, string>();
  /** The revision that an answer named last, and the last one that was asked for because of that. */
  const revisions = { named: 0, followed: 0 };

  async function save(next: Identity): Promise<void> {
    await writeIdentity(store, next);
    identity = next;
  }

  /** @throws Unreachable */
  async function call(path: string, init: Call, options: CallOptions): Promise<Answer> {
    const token = identity.nextToken ?? identity.token;
    // a request with the old token that arrives after the first one with the new token looks like theft
    // threat: two tokens of a device are under way at once
    if (token === identity.nextToken) {
      await Promise.allSettled([...underWay].filter(([, used]) => used !== token).map(([sent]) => sent));
    }
    const headers = { accept: "application/json", ...init.headers, authorization: `Bearer ${token}` };
    const sent = request(`${apiOf(identity.server)}${path}`, { ...init, headers }, { system, ...options });
    underWay.set(sent, token);
    const answer = await sent.finally(() => underWay.delete(sent));

    if (answer.status === 401 && token !== identity.token) {
      // threat: a forged successor of a token locks a device out
      if (token === identity.nextToken) await save(withoutNext(identity));
      return call(path, init, options);
    }
    if (answer.status < 400) {
      revisions.named = Math.max(revisions.named, Number(answer.headers.get("x-settings-revision") ?? 0) || 0);
      if (token === identity.nextToken) await save({ ...withoutNext(identity), token });
      const successor = answer.headers.get(successorHeader);
      if (successor !== null && isTokenOf(identity, successor) && successor !== identity.token) {
        await save({ ...identity, nextToken: successor });
      }
    }
    return answer;
  }

  return {
    identity: (): Identity => identity,
    call,
    /** Returns the server's key set. Anybody may read it. */
    keySet: (options: CallOptions): Promise<Answer> =>
      request(`${apiOf(identity.server)}/sync/keys`, {}, { system, ...options }),
    /** Returns whether the server named a newer revision than this one, only once for each. */
    isNews: (revision = 0): boolean => {
      const isNews = revisions.named > Math.max(revision, revisions.followed);
      if (isNews) revisions.followed = revisions.named;
      return isNews;
    },
    pin: (keys: readonly PinnedKey[]): Promise<void> => save({ ...identity, keys }),
  };
}

const withoutNext = ({ nextToken: _, ...identity }: Identity): Identity => identity;

/** A token names its device. */
export const isTokenOf = ({ device }: Pick<Identity, "device">, token: string): boolean =>
  /^mst_dev_\w+$/.test(token) && token.includes(device.replace(/^dev_/, ""));
