import { implied, isFailure } from "@muster/core/base/failure.ts";
import * as Token from "@muster/core/device/token.ts";
import { provide } from "@muster/core/kernel/context.ts";
import * as Certificate from "@muster/core/sync/certificate.ts";
import { wipeErased } from "@muster/core/sync/erased.ts";
import * as KeySet from "@muster/core/sync/key-set.ts";
import * as Receipts from "@muster/core/sync/receipts.ts";
import * as Sync from "@muster/core/sync/sync.ts";
import type { Context, Next } from "hono";
import { Hono } from "hono/quick";
import * as v from "valibot";
import { originOf, tokenOf } from "./credentials.ts";
import type { Env } from "./env.ts";
import { gzip } from "./gzip.ts";
import { command, query, versionedQuery } from "./operation.ts";

const Entries = v.array(v.string());

const getDocument = versionedQuery(Sync.get, { id: "getDocument", shape: Sync.Answer, answer: answerSync });

/** The same, also for a device that is unknown because its organization was erased. */
async function getDocumentOrWipe(c: Context<Env>, next: Next) {
  try {
    return await getDocument(c, next);
  } catch (error) {
    if (!isFailure(error, implied.unauthenticated)) throw error;
    const named = Token.read(tokenOf(c) ?? "");
    const origin = originOf(c);
    // the input was validated before the credential was compared
    const nonce = c.req.query("nonce");
    const actor = { type: "public", origin } as const;
    const synced = named && (await provide({ actor }, () => wipeErased(named, origin, nonce)));
    if (!synced) throw error;
    return c.json(answerSync(c, synced));
  }
}

/** Routes for devices only, but for the public keys of the deployment. */
export const sync = new Hono<Env>()
  .use(gzip)
  /**
   * Get the settings that a device follows. Returns the settings of the device's member, signed for this device and
   * this request, or that it has to remove everything. Send other random characters as `nonce` in each request, and
   * refuse a document that does not have them: it may be true no longer. Send the ETag in `If-None-Match`; if nothing
   * has changed the answer is 304. `muster-poll-seconds` says when to ask again; where `muster-wait-seconds` is not
   * 0, a request may wait so long for a change. Of one device two may wait at a time: another one is answered at
   * once. `muster-spread-seconds` comes with a change that many devices got at the same moment: wait at random
   * between a fourth of it and all of it before you send receipts, and a fourth of that before you ask again.
   */
  .get("/", Object.assign(getDocumentOrWipe, { operation: getDocument.operation }) as typeof getDocument)
  /**
   * List the keys that documents are signed with. The current one first. Keep those without `exp` that you got when
   * the device was linked. Trust another key only if one of these vouches for it. The others were replaced, and end
   * at `exp`.
   */
  .get("/keys", query(KeySet.signingKeys, { id: "listSigningKeys" }))
  /**
   * Get entries of a long list. In place of its entries, a section has names of what a long list consists of. A name
   * stands for the same entries forever.
   */
  .get("/lists", versionedQuery(Sync.readList, { id: "getSettingsList", shape: Entries, answer: answerList }))
  /**
   * Report how settings are followed. Takes up to {sync.maxReceipts} receipts, each signed by the device. It may be
   * repeated: a receipt counts once. A receipt names the document that it is about, and its revision: the device must
   * have got it.
   */
  .post("/receipts", command(Receipts.report, { id: "sendReceipts", answer: answerReceipts }));

/** Under a departure of an organization: here, because nothing else may sign. */
export const certificate = new Hono<Env>()
  /**
   * Get the certificate of a departure. The departure as it stands now, signed by a key that devices know. Without a
   * session, anybody who has the certificate can check it. At most {rate.certificates} per organization
   * and hour.
   */
  .get("/", query(Certificate.certify, { id: "getDepartureCertificate" }));

function answerList(c: Context<Env>, { revision, entries }: v.InferOutput<typeof Sync.List>) {
  c.header("x-settings-revision", String(revision));
  return entries;
}

function answerReceipts(c: Context<Env>, received: v.InferOutput<typeof Receipts.Received>) {
  c.header("x-settings-revision", String(received.revision));
  return received;
}

/** Answers a device. When it asks again is in headers, so that an answer that nothing has changed is short. */
function answerSync(c: Context<Env>, synced: v.InferOutput<typeof Sync.Synced>) {
  c.header("x-settings-revision", String(synced.revision));
  c.header("muster-poll-seconds", String(synced.pollSeconds));
  c.header("muster-wait-seconds", String(Sync.waitSeconds()));
  if (synced.spreadSeconds !== undefined) c.header("muster-spread-seconds", String(synced.spreadSeconds));
  if (synced.token !== undefined) c.header("muster-device-token", synced.token);
  const { document, sections, secretList, secrets } = synced;
  return document === undefined ? undefined : { document, sections, secretList, secrets };
}
