import { type Section, sections } from "@muster/settings/fields.ts";
import {
  hashOf,
  inParts,
  isWipe,
  openDocument,
  partNameOf,
  readSecretList,
  readSection,
  type SecretInfo,
  type SettingsPayload,
} from "./document.ts";
import type { Files } from "./files.ts";
import { decrypt, type Identity } from "./identity.ts";
import { isCount, isTexts, membersOf, parse, type Unread } from "./read.ts";
import { Refusal } from "./refusal.ts";

// The document that a device holds: in memory, and on disk in one file, beside the parts of long lists.

export type Held = {
  /** The document in the form that the server signed. */
  signed: string;
  payload: SettingsPayload;
  etag?: string;
  /** The time at which this device took it in, by its own clock. */
  takenAt: number;
  sections: Readonly<Record<Section, string>>;
  /** The value of each field in the sections, lists whole. */
  fields: ReadonlyMap<string, Unread>;
  /** The list of secrets as it was signed, and what it says. */
  secretList: string;
  list: readonly SecretInfo[];
  /** By id, encrypted with the key of this device. */
  secrets: Readonly<Record<string, string>>;
  /** The names of the parts that lists are in. */
  parts: ReadonlySet<string>;
};
export type Stored = Pick<Held, "signed" | "etag" | "takenAt" | "sections" | "secretList" | "secrets">;

const file = "document.json";
export const partsFolder = "parts";
/** Parts that are read at the same time. */
const atOnce = 8;
const pathOf = (part: string) => `${partsFolder}/${part}.json`;

/** Puts a document in the place of the one before. */
export function save(files: Files, { signed, etag, takenAt, sections, secretList, secrets }: Stored): Promise<void> {
  return files.write(file, JSON.stringify({ signed, etag, takenAt, sections, secretList, secrets }));
}

/**
 * Returns the document on disk, checked again: its signature, its hashes, its parts, its secrets.
 * @throws Refusal if it is not what was written
 */
export async function load(files: Files, identity: Identity): Promise<Held | undefined> {
  const text = await files.read(file);
  if (text === undefined) return undefined;
  const { signed, etag, takenAt, sections: texts, secretList, secrets } = membersOf(parse(text));
  const isReadable = typeof signed === "string" && typeof secretList === "string" && isCount(takenAt);
  if (!isReadable) throw new Refusal("unreadable", "The copy on disk is damaged.");
  const payload = await openDocument(signed, identity.keys);
  if (isWipe(payload)) throw new Refusal("unreadable", "The copy on disk is no document.");
  // threat: a copy of another device's document applies
  checkOwner(payload, identity);
  const taken = takeSections(payload, membersOf(texts));
  const list = readSecretList(payload, secretList);
  const encrypted = Object.fromEntries(
    list.map(({ id, version }) => {
      const one = membersOf(secrets)[id];
      if (typeof one !== "string") throw new Refusal("incomplete", "A secret is missing on disk.");
      try {
        decrypt(identity, { id, version }, one);
      } catch {
        throw new Refusal("hash_mismatch", "A secret on disk is not the one that was written.");
      }
      return [id, one];
    }),
  );
  const { fields, parts } = await fieldsOf(taken, (part) => files.read(pathOf(part)));
  const named = typeof etag === "string" ? { etag } : {};
  return { signed, payload, ...named, takenAt, sections: taken, fields, secretList, list, secrets: encrypted, parts };
}

/** Removes the document and all parts. */
export async function removeAll(files: Files): Promise<void> {
  await files.remove(file);
  for (const name of await files.list(partsFolder)) await files.remove(`${partsFolder}/${name}`);
}

/** Removes the parts that no list is in any longer. */
export async function removeOtherParts(files: Files, { parts }: Held): Promise<void> {
  for (const name of await files.list(partsFolder)) {
    if (!parts.has(name.replace(/\.json$/, ""))) await files.remove(`${partsFolder}/${name}`);
  }
}

/** @throws Refusal if a document is not for this device, of this account and organization, from its server */
export function checkOwner(
  { iss, aud, sub, organization }: { iss: string; aud: string; sub: string; organization: string },
  { issuer, device, account, organization: mine }: Identity,
): void {
  // threat: a device takes a document of another server
  if (iss !== issuer) throw new Refusal("foreign", "The document is from another server.");
  // threat: a device takes a document of another device
  if (aud !== device) throw new Refusal("foreign", "The document is for another device.");
  // threat: a device takes a document of another account
  if (sub !== account) throw new Refusal("foreign", "The document is for another account.");
  // threat: a device takes a document of another organization
  if (organization !== mine.id) throw new Refusal("foreign", "The document is for another organization.");
}

/** Returns the text of each section, out of the first place, or out of others that may have it. @throws Refusal */
export function takeSections(payload: SettingsPayload, ...places: Unread[]): Held["sections"] {
  const texts = sections.map((section) => {
    const { hash } = payload.sections[section];
    const texts = places.map((place) => place[section]).filter((text) => typeof text === "string");
    // threat: a section need not be the one that was signed
    const text = texts.find((one) => hashOf(one) === hash);
    if (text !== undefined) return [section, text] as const;
    const isGiven = typeof places[0]?.[section] === "string";
    if (!isGiven) throw new Refusal("incomplete", `The section ${section} is missing.`);
    throw new Refusal("hash_mismatch", `The section ${section} is not the one that was signed.`);
  });
  return Object.fromEntries(texts) as Held["sections"];
}

/**
 * Returns what the sections say of each field, with lists whole.
 * @param readPart returns a part's text, or nothing if there is none
 */
export async function fieldsOf(
  texts: Held["sections"],
  readPart: (name: string) => Promise<string | undefined>,
): Promise<Pick<Held, "fields" | "parts">> {
  const fields = new Map<string, Unread>();
  const parts = new Set<string>();
  for (const section of sections) {
    for (const [key, resolved] of readSection(texts[section])) {
      // a section speaks for its own fields only
      // threat: a section changes settings of another one
      if (!key.startsWith(`${section}.`)) continue;
      const names = inParts(resolved);
      if (!names) {
        fields.set(key, resolved);
        continue;
      }
      const entries = [];
      for (let from = 0; from < names.parts.length; from += atOnce) {
        const some = names.parts.slice(from, from + atOnce);
        const texts = await Promise.all(some.map(readPart));
        entries.push(...some.flatMap((name, i) => entriesOf(key, name, texts[i])));
      }
      for (const name of names.parts) parts.add(name);
      // threat: a list may lack entries
      if (entries.length !== names.count) throw new Refusal("incomplete", `The list ${key} is not whole.`);
      fields.set(key, { ...resolved, value: entries.sort() });
    }
  }
  return { fields, parts };
}

function entriesOf(key: string, name: string, text: string | undefined): string[] {
  if (text === undefined) throw new Refusal("incomplete", `A part of the list ${key} is missing.`);
  // threat: a part of a list need not be the one that was signed
  if (partNameOf(text) !== name) throw new Refusal("hash_mismatch", `A part of the list ${key} is not the one signed.`);
  const entries = parse(text);
  if (!isTexts(entries)) throw new Refusal("unreadable", `A part of the list ${key} is not a list.`);
  return entries;
}

/** Parts on disk. Each is named by its content, and never changes. */
export function partsOn(files: Files) {
  return {
    /** Returns the part, or nothing if it is missing or damaged. */
    read: async (name: string): Promise<string | undefined> => {
      const text = await files.read(pathOf(name));
      return text !== undefined && partNameOf(text) === name ? text : undefined;
    },
    write: (name: string, text: string): Promise<void> => files.write(pathOf(name), text),
  };
}
