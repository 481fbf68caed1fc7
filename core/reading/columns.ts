import { fold } from "../base/fold.ts";
import { addressIn } from "./address.ts";
import { nameOf } from "./name.ts";
import { type RoleWord, roleOf } from "./role-words.ts";
import { type ColumnName, columnNames } from "./shape.ts";

/** The columns by their content, from 0. An address is in the first of its columns that is not empty. */
export type Columns = {
  email: number[];
  name?: number;
  first?: number;
  last?: number;
  role?: number;
  teams?: number;
  /** The column that says if a person still has an account there. */
  status?: number;
};
export type Part = keyof Columns;

/** The findings in the first records of a file: `data` is the index of the first record after the heading. */
export type Found = {
  columns: Columns;
  header: string[] | undefined;
  data: number;
  addresses: number;
  /** The number of fields with a known heading. */
  headings: number;
};

const farthestHeader = 10;
/** The number of letters of a name that must occur in the address for a column to be the names. */
const minOfName = 3;

const list = (words: string) => words.split(" ");
/** Folded, without spaces and symbols; the better ones first. */
const words: Record<Part | "sign-in", string[]> = {
  email: list(
    "email emailaddress emails mail mailaddress emailaddresstoinvite inviteeemail primaryemail primaryemailaddress " +
      "workemail workemailaddress businessemail useremail useremailaddress memberemail contactemail email1value email1 " +
      "emailadresse emailadressen mailadresse adresseemail adressemail adressedemail courriel adressecourriel " +
      "adresseelectronique adressedecourriel mel correo correoelectronico direcciondecorreo direcciondeemail " +
      "direcciondecorreoelectronico direccionemail",
  ),
  "sign-in": list(
    "userprincipalname upn login loginname username signinname benutzername benutzerprinzipalname " +
      "nomdutilisateur identifiant nombredeusuario usuario",
  ),
  name: list(
    "fullname completename vollstandigername vollstaendigername vorundnachname vornamenachname namevorname nomcomplet " +
      "nometprenom prenometnom nomprenom prenomnom nombrecompleto nombreyapellidos nombreyapellido displayname " +
      "anzeigename nomaffiche nomdaffichage nombreparamostrar nombrevisible name",
  ),
  first: list("firstname first givenname forename vorname vornamen rufname prenom prenoms nombre nombres nombredepila"),
  last: list("lastname last surname familyname nachname familienname zuname nom nomdefamille apellido apellidos"),
  role: list(
    "role roles userrole memberrole organizationrole orgrole workspacerole permission permissions permissionlevel " +
      "accesslevel rolle rollen benutzerrolle berechtigung berechtigungen droits niveaudacces autorisation " +
      "autorisations rol permiso permisos niveldeacceso adminrole adminroles",
  ),
  teams: list("teams team teamnames teamname equipe equipes equipo equipos"),
  status: list("blockcredential accountenabled userstatus accountstatus memberstatus status"),
};
/** The heading of Microsoft 365 for the column that says who may not sign in. */
const blocked = "blockcredential";

/** Normalizes a heading for comparison: `E-Mail Address [Required] *` is `emailaddress`. */
const keyOf = (heading: string) => fold(heading.replace(/(?!^)[[(].*$/s, "")).replace(/[^\p{L}\p{N}]/gu, "");

/** Finds the columns in the first records of a file: by its header, or by their content. */
export function columnsIn(records: readonly string[][]): Found | undefined {
  const first = records.findIndex((cells) => cells.some((cell) => addressIn(cell)));
  const header = headerIn(records.slice(0, first === -1 ? farthestHeader : first), records);
  if (header) return header;
  if (first === -1) return undefined;
  return withoutHeader(records);
}

/** Returns the first record with a heading for addresses. A heading for sign-in names needs addresses below it. */
function headerIn(candidates: readonly string[][], records: readonly string[][]): Found | undefined {
  for (const [at, heading] of candidates.entries()) {
    const data = records.slice(at + 1);
    const isUsed = (column: number) => addressesIn(data, column) > 0;
    const [named, signIn] = [
      find(heading, "email"),
      find(heading, "sign-in").filter((column) => isUsed(column) || data.length === 0),
    ];
    const isEmpty = (column: number) => data.every((cells) => !cells[column]);
    // threat: the sign-in name is invited where there is an address
    const all = [...named.filter(isUsed), ...named.filter(isEmpty).slice(0, 1), ...signIn, ...named];
    const [best] = all;
    if (best === undefined) continue;
    const spare = all.find((column) => column !== best && isUsed(column));
    const email = spare === undefined ? [best] : [best, spare];
    const columns = { email, ...personIn(heading), ...otherIn(heading) };
    return {
      columns,
      header: heading,
      data: at + 1,
      addresses: Math.max(...email.map((column) => addressesIn(data, column))),
      headings: Object.keys(columns).length,
    };
  }
  return undefined;
}

/** Returns the columns with one of a field's headings, the better ones first; several can have the same. */
function find(heading: readonly string[], part: keyof typeof words): number[] {
  const keys = heading.map(keyOf);
  // threat: a person with an address in the second of two columns of one heading is not invited
  return words[part].flatMap((word) => [...keys.keys()].filter((column) => keys[column] === word));
}

function personIn(heading: readonly string[]): Partial<Columns> {
  const [[name], [first], [last]] = [find(heading, "name"), find(heading, "first"), find(heading, "last")];
  // beside a first name, a column headed just "Name" is the last name
  const isFamily = first !== undefined && last === undefined && /^name$/i.test(heading[name ?? -1] ?? "");
  return defined(isFamily ? { first, last: name } : { name, first, last });
}

function otherIn(heading: readonly string[]): Partial<Columns> {
  const [[role], [teams], [status]] = [find(heading, "role"), find(heading, "teams"), find(heading, "status")];
  if (role === undefined && isOfSlack(heading)) return defined({ role: status, teams });
  return defined({ role: role ?? typeOfMicrosoft(heading), teams, status });
}

/** Microsoft's exports say with the type of a user who is a guest; elsewhere it can be anything. */
function typeOfMicrosoft(heading: readonly string[]): number | undefined {
  const keys = heading.map(keyOf);
  const isExport = keys.includes("userprincipalname") || keys.includes("accountenabled");
  return isExport && keys.includes("usertype") ? keys.indexOf("usertype") : undefined;
}

/** Slack writes in one column who is an admin, and who is deactivated. */
const isOfSlack = (heading: readonly string[]) => heading.some((text) => keyOf(text) === "billingactive");

/** Returns whether the roles of a column are those of another system, whose admins are not ours. */
export function isForeignRole(heading: readonly string[] | undefined, column: number | undefined): boolean {
  const key = keyOf(heading?.[column ?? -1] ?? "");
  return ["usertype", "adminrole", "adminroles"].includes(key) || words.status.includes(key);
}

/** Returns whether “true” in a column of the status means that a person may not sign in. */
export const saysBlocked = (heading: readonly string[] | undefined, column: number | undefined): boolean =>
  keyOf(heading?.[column ?? -1] ?? "") === blocked;

/** The column with the most addresses, the one that has roles, and the one with the names of those addresses. */
function withoutHeader(records: readonly string[][]): Found {
  const [top = []] = records;
  const email = fullest(records, (cells, column) => addressIn(cells[column] ?? "") !== undefined);
  const cell = top[email] ?? "";
  // in a language that is not known here
  const isHeading = cell !== "" && !cell.includes("@");
  const data = isHeading ? records.slice(1) : records;
  const others = columnsOf(records).filter((column) => column !== email);
  const role = others.find((column) => isMostly(data, column, (cell) => roleOf(cell) !== undefined));
  const name = others.find((column) => isMostly(data, column, (cell, cells) => isNameOf(cell, cells[email] ?? "")));
  const headed = isHeading ? { ...personIn(top), ...otherIn(top) } : {};
  return {
    columns: { email: [email], ...defined({ role, name }), ...headed },
    header: isHeading ? top : undefined,
    data: isHeading ? 1 : 0,
    addresses: addressesIn(records, email),
    headings: 0,
  };
}

type Places = { [part in Exclude<Part, "email">]?: number | undefined };

const defined = (columns: Places): Partial<Columns> =>
  Object.fromEntries(Object.entries(columns).filter(([, column]) => column !== undefined));

type Judge = (cell: string, cells: readonly string[]) => boolean;

const addressesIn = (records: readonly string[][], column: number) =>
  records.filter((cells) => addressIn(cells[column] ?? "")).length;

const columnsOf = (records: readonly string[][]) => [
  ...Array(Math.max(0, ...records.map((cells) => cells.length))).keys(),
];

function fullest(records: readonly string[][], has: (cells: string[], column: number) => boolean): number {
  const counts = columnsOf(records).map((column) => records.filter((cells) => has(cells, column)).length);
  return counts.indexOf(Math.max(...counts));
}

function isMostly(records: readonly string[][], column: number, judge: Judge): boolean {
  const filled = records.filter((cells) => cells[column]);
  const agreeing = filled.filter((cells) => judge(cells[column] ?? "", cells));
  return agreeing.length > 0 && agreeing.length * 2 >= filled.length;
}

function isNameOf(cell: string, email: string): boolean {
  const local = fold(email.slice(0, email.indexOf("@")));
  const parts = fold(nameOf(cell) ?? "").split(/[^\p{L}]+/u);
  return parts.some((part) => part.length >= minOfName && local.includes(part));
}

/** A person's choices for reading a file; the rest is recognized. */
export type Reading = { columns?: readonly ColumnName[] | undefined; roles?: readonly RoleWord[] | undefined };

const parts: Record<ColumnName, Part | undefined> = {
  email: "email",
  name: "name",
  first_name: "first",
  last_name: "last",
  role: "role",
  teams: "teams",
  status: "status",
  ignore: undefined,
};

/** Returns the columns as a person chose them: a name for each, in their order; further ones are not read. */
export function columnsFrom(chosen: readonly ColumnName[]): Columns {
  const columns: Columns = { email: [] };
  for (const [at, name] of chosen.entries()) {
    const part = parts[name];
    if (part === "email") columns.email.push(at);
    else if (part) columns[part] ??= at;
  }
  return columns;
}

/** Returns the name of a column. */
export function columnNameOf(columns: Columns, column: number): ColumnName {
  const holds = (name: ColumnName) => {
    const at = columns[parts[name] ?? "email"];
    return name !== "ignore" && (Array.isArray(at) ? at.includes(column) : at === column);
  };
  return columnNames.find(holds) ?? "ignore";
}
