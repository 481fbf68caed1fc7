import type { Role } from "../base/role.ts";
import { maxRoleWord } from "./limits.ts";

/**
 * The words for each role in pasted text and in files; docs/imports.md and the import dialog show them. Compared
 * without case, and with any spaces between words, but letter by letter: never by what looks or sounds alike.
 */
export const roleWords = {
  owner: [
    ["owner"],
    ["Inhaber", "Inhaberin", "Eigentümer", "Eigentümerin", "Besitzer", "Besitzerin"],
    ["propriétaire", "proprietaire"],
    ["propietario", "propietaria"],
  ],
  admin: [
    ["admin", "administrator"],
    ["Administratorin", "Verwalter", "Verwalterin"],
    ["administrateur", "administratrice"],
    ["administrador", "administradora"],
  ],
  write: [
    ["write", "writer", "edit", "editor", "read/write", "read-write", "read write", "readwrite"],
    ["schreiben", "Bearbeiter", "Bearbeiterin"],
    ["écriture", "ecriture", "éditeur", "editeur", "éditrice", "editrice"],
    ["escritura", "editora"],
  ],
  read: [
    ["read", "reader", "view", "viewer", "read-only", "read only", "readonly", "view-only", "view only", "viewonly"],
    ["lesen", "Leser", "Leserin", "nur lesen", "nur-lesen"],
    ["lecture", "lecture seule", "lecteur", "lectrice"],
    ["lectura", "solo lectura", "lector", "lectora"],
  ],
} as const satisfies Record<Role, readonly (readonly string[])[]>;

/** The languages of the words, in their order. */
export const roleLanguages = ["English", "German", "French", "Spanish"] as const;

const maxWord = 40;
// threat: letters that look like those of a role make somebody an admin
// threat: spaces between letters make somebody an admin
/** Words are the same word if these are equal. */
export const wordKey = (text: string): string => text.normalize("NFC").toLowerCase().trim().replace(/\s+/g, " ");
const known = new Map(
  Object.entries(roleWords).flatMap(([role, languages]) =>
    languages.flat().map((word) => [wordKey(word), role as Role] as const),
  ),
);

/** Returns the role that a text names, if it is one of these words. */
export function roleOf(text: string): Role | undefined {
  return known.get(text) ?? (text.length > maxWord ? undefined : known.get(wordKey(text)));
}

/** The role that a word of the file's role column stands for, if a person says so. */
export type RoleWord = { word: string; role: Role };

/** Returns the roles that a person chose for words, by the key of each word. */
export const rolesFrom = (chosen: readonly RoleWord[] = []): ReadonlyMap<string, Role> =>
  new Map(chosen.map(({ word, role }) => [wordKey(word), role]));

/** Returns the role that a person chose for a word. */
export const chosenRole = (text: string, chosen: ReadonlyMap<string, Role> | undefined): Role | undefined =>
  chosen?.size && text.length <= maxRoleWord ? chosen.get(wordKey(text)) : undefined;
