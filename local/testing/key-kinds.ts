import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { lowestAt, type Noun } from "@muster/core/base/id.ts";
import ts from "typescript-api";
import type * as v from "valibot";
import { root } from "./mutant-tree.ts";

// What the functions of core/<noun>/keys.ts return, found by calling them with examples of what they take.

/** A row's key, what a range of rows has in common, or the name of a list. */
export type Made = { table?: string; pk: string; sk?: string; prefix?: string; from?: string; to?: string };
export type KeyKind = {
  name: string;
  noun: string;
  /** Its doc comment. */
  says: string;
  of: "row" | "range" | "list";
  /** The keys that it returns: one for each kind of id that it takes. */
  made: readonly [Made, ...Made[]];
  /** The shape of its rows, if they have one. */
  holds: v.ObjectSchema<v.ObjectEntries, undefined> | undefined;
};

const core = join(root, "core");
const instant = "2026-11-24T08:00:00.000Z";
/** Also the number of a part of something, which is the last digit of an id. */
const number = 3;
const idOf = (noun: string) => lowestAt(noun as Noun, Date.parse(instant)).replace(/.$/, String(number));
const body = idOf("organization").slice("org_".length);
/** By the name of a parameter. */
const texts: [RegExp, string][] = [
  [/^hour$/, instant.slice(0, 13)],
  [/^(day|date|from|to)$/, instant.slice(0, 10)],
  [/^month$/, instant.slice(0, 7)],
  [/^at$|At$/, instant],
];
/** Types that are declared elsewhere. */
const known: Record<string, unknown[]> = {
  Owner: [idOf("organization"), idOf("account")],
  Role: ["read"],
  Key: [{ pk: "«pk»", sk: "«sk»" }],
};

async function kindsIn(path: string): Promise<KeyKind[]> {
  const source = ts.createSourceFile(path, readFileSync(join(core, path), "utf8"), ts.ScriptTarget.Latest, true);
  const module = (await import(join(core, path))) as Record<string, Record<string, unknown>>;
  const shapes = await shapesImportedBy(source);
  const types = new Map(source.statements.filter(ts.isTypeAliasDeclaration).map((one) => [one.name.text, one.type]));
  const found: KeyKind[] = [];
  for (const { name, initializer } of source.statements.filter(ts.isVariableStatement).flatMap(declarationsOf)) {
    if (!initializer || !ts.isObjectLiteralExpression(initializer) || !name.getText().endsWith("Keys")) continue;
    for (const property of initializer.properties.filter(ts.isPropertyAssignment)) {
      const [own, code] = [property.name.getText(), property.initializer];
      const value = module[name.getText()]?.[own];
      const made = ts.isArrowFunction(code) ? calls(value as Call, code, types) : [value];
      const [first] = made;
      found.push({
        name: own,
        noun: dirname(path),
        says: docOf(property),
        of: typeof first === "string" ? "list" : "sk" in (first as Made) ? "row" : "range",
        made: made.map((one) => (typeof one === "string" ? { pk: one } : one)) as [Made],
        holds: shapes[/\b(?:Key|Range|List)<(\w+)/.exec(code.getText())?.[1] ?? ""] as KeyKind["holds"],
      });
    }
  }
  return found;
}

function declarationsOf(statement: ts.VariableStatement): readonly ts.VariableDeclaration[] {
  return statement.declarationList.declarations;
}

function docOf(node: ts.Node): string {
  const comment = ts.getJSDocCommentsAndTags(node).findLast(ts.isJSDoc)?.comment;
  return (ts.getTextOfJSDocComment(comment) ?? "").replaceAll(/\s+/g, " ").trim();
}

async function shapesImportedBy(source: ts.SourceFile): Promise<Record<string, unknown>> {
  const paths = source.statements
    .filter(ts.isImportDeclaration)
    .map(({ moduleSpecifier }) => (moduleSpecifier as ts.StringLiteral).text)
    .filter((path) => path.endsWith("row.ts"));
  const modules = await Promise.all(paths.map((path) => import(join(core, dirname(source.fileName), path))));
  return Object.assign({}, ...modules) as Record<string, unknown>;
}

type Call = (...all: unknown[]) => unknown;
type Types = ReadonlyMap<string, ts.TypeNode>;

const calls = (call: Call, { parameters }: ts.ArrowFunction, types: Types): unknown[] =>
  product(parameters.map((one) => (one.initializer ? [undefined] : examplesOf(one, types)))).map((all) => call(...all));

/** Every choice of one value from each list. */
const product = (lists: readonly unknown[][]): unknown[][] =>
  lists.reduce<unknown[][]>((all, list) => all.flatMap((some) => list.map((one) => [...some, one])), [[]]);

/** Returns examples of a parameter or a field: one of each kind that its type allows. */
function examplesOf(one: ts.ParameterDeclaration | ts.PropertySignature, types: Types): unknown[] {
  const name = one.name.getText();
  const found = one.type ? ofType(one.type) : [];
  return one.questionToken ? [undefined, ...found] : found;

  function ofType(type: ts.TypeNode): unknown[] {
    if (ts.isUnionTypeNode(type)) return type.types.flatMap(ofType);
    if (type.kind === ts.SyntaxKind.NumberKeyword) return [number];
    if (type.kind === ts.SyntaxKind.StringKeyword) return [texts.find(([of]) => of.test(name))?.[1] ?? `«${name}»`];
    if (ts.isTemplateLiteralTypeNode(type)) return [`«${name}»`];
    if (ts.isTypeLiteralNode(type)) {
      const fields = type.members.filter(ts.isPropertySignature);
      return product(fields.map((field) => examplesOf(field, types))).map((values) =>
        Object.fromEntries(fields.map((field, i) => [field.name.getText(), values[i]])),
      );
    }
    const [, noun] = /^ID\.ID<"(\w+)">$/.exec(type.getText()) ?? [];
    if (noun) return [idOf(noun)];
    const alias = types.get(type.getText());
    const all = alias ? ofType(alias) : known[type.getText()];
    if (!all) throw new Error(`${type.getText()} needs an example in local/testing/key-kinds.ts.`);
    return all;
  }
}

/** The parts of a key that come from an example: an id, an instant, a name, a hash, or a number. */
const example = new RegExp(
  `(${body}|2026-11(?:[-T:.\\dZ]*)|«\\w+»|(?<=#)[\\w-]{43}|(?<=#| |^)0*${number}\\b|(?<=#)0\\b)`,
);

/** Matches the names of rows of a kind: `pk sk`. */
export const patternOf = ({ made }: KeyKind): RegExp =>
  new RegExp(`^(${made.map(({ pk, sk }) => replaced(`${pk} ${sk}`, matching, escaped)).join("|")})$`);

/** Returns a key, or a part of one, as it is shown to a reader. */
export const shown = (text: string): string => replaced(text, named, (rest) => rest);

const replaced = (text: string, ofExample: Of, ofRest: Of): string =>
  text
    .split(example)
    .map((part, i, all) => (i % 2 === 1 ? ofExample : ofRest)(part, all[i - 1] ?? ""))
    .join("");
type Of = (part: string, before: string) => string;

function matching(part: string, before: string): string {
  if (part === body) return "\\w+";
  if (part.startsWith("2026")) return "[\\dTZ:.-]+";
  if (part.startsWith("«")) return before.endsWith(" ") ? "[^#].*" : ".+";
  return part.length === 43 ? "\\S+" : "\\d+";
}

function named(part: string): string {
  if (part === body) return "X";
  if (part.startsWith("2026")) return part === instant ? "instant" : part;
  if (part.startsWith("«")) return part.slice(1, -1);
  return part.length === 43 ? "hash" : "n";
}

const escaped = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");

const files = readdirSync(core, { recursive: true, encoding: "utf8" }).filter((path) => /^\w+\/keys\.ts$/.test(path));
export const keyKinds: readonly KeyKind[] = (await Promise.all(files.toSorted().map(kindsIn))).flat();
