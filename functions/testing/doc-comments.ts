import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Plugin } from "esbuild";
import ts from "typescript-api";

const described = fileURLToPath(new URL("../api/described.ts", import.meta.url));

/**
 * Turns the doc comments of fields, constants, events, and routes into descriptions, in the bundle that it builds. `{team.maxTeams}` is that
 * constant of `core/team/limits.ts`.
 */
export const docComments: Plugin = {
  name: "doc-comments",
  setup(build) {
    build.onLoad({ filter: /\/(core|functions\/api)\/.*\.ts$/ }, ({ path }) => ({
      contents: withDescriptions(path, readFileSync(path, "utf8")),
      loader: "ts",
    }));
  },
};

/** Returns a module in which every value with a doc comment is passed to `described`, with its text. */
export function withDescriptions(path: string, text: string): string {
  // most modules have no shape and no route, and parsing them takes long
  if (!/\bv\.\w+\(|new Hono</.test(text)) return text;
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const inserted: { at: number; text: string }[] = [];
  let texts = "";
  const wrap = (comment: string, value: ts.Node, name = "") => {
    texts += comment;
    inserted.push({ at: value.getStart(), text: `${name}__described(${literalOf(comment)}, ` });
    inserted.push({ at: value.getEnd(), text: ")" });
  };
  const visit = (node: ts.Node): void => {
    const comment = commentOf(node);
    if (comment && ts.isPropertyAssignment(node)) wrap(comment, node.initializer);
    if (comment && ts.isShorthandPropertyAssignment(node)) wrap(comment, node.name, `${node.name.text}: `);
    if (comment && ts.isVariableStatement(node)) {
      const [declaration] = node.declarationList.declarations;
      if (declaration?.initializer && !ts.isArrowFunction(declaration.initializer)) {
        wrap(comment, declaration.initializer);
      }
    }
    const route = routeOf(node, source);
    if (route) wrap(route.comment, route.handler);
    ts.forEachChild(node, visit);
  };
  visit(source);
  if (inserted.length === 0) return text;
  const parts = inserted
    .map((one, order) => ({ ...one, order }))
    .sort((one, other) => one.at - other.at || one.order - other.order);
  let from = 0;
  let result = "";
  for (const { at, text: more } of parts) {
    result += text.slice(from, at) + more;
    from = at;
  }
  const imports = `import { described as __described, numberOf as __numberOf } from ${JSON.stringify(described)};\n${importsFor(texts)}`;
  return `${result}${text.slice(from)}\n${imports}`;
}

/** Returns the doc comments of the constants of a module, and of their properties, by their names, in their order. */
export function commentsOf(path: string): Map<string, string> {
  const found = new Map<string, string>();
  const visit = (node: ts.Node): void => {
    const named = ts.isVariableStatement(node) ? node.declarationList.declarations[0] : node;
    const comment = commentOf(node);
    if (comment && (ts.isVariableStatement(node) || ts.isPropertyAssignment(node))) {
      found.set((named as ts.NamedDeclaration).name?.getText() ?? "", comment);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest, true));
  return found;
}

/** Returns the doc comment right before a node, in one line. */
function commentOf(node: ts.Node): string | undefined {
  const comment = ts.getJSDocCommentsAndTags(node).findLast((one) => ts.isJSDoc(one) && one.parent === node);
  const text = comment && ts.getTextOfJSDocComment(comment.comment);
  return text ? inOneLine(text) : undefined;
}

/** Returns the handler of a route, and the doc comment before the dot of `.get("/", …)`, which belongs to no node. */
function routeOf(node: ts.Node, source: ts.SourceFile): { comment: string; handler: ts.Node } | undefined {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return undefined;
  const { expression, name } = node.expression;
  const [, comment] = /\/\*\*(.*?)\*\//s.exec(source.text.slice(expression.end, name.getStart())) ?? [];
  const handler = node.arguments.at(-1);
  return comment && handler ? { comment: inOneLine(comment.replace(/^\s*\*/gm, "")), handler } : undefined;
}

const inOneLine = (text: string) => text.replace(/\s+/g, " ").trim();

/** A limit that a text names: `{noun.name}`. */
const limit = /\{(\w+)\.(\w+)\}/g;

const literalOf = (text: string) => `\`${text.replace(/[\\`$]/g, "\\$&").replace(limit, "${__numberOf(__$1_$2)}")}\``;

/** Imports the limits that some texts name. */
const importsFor = (texts: string): string =>
  [...new Set(texts.match(limit))]
    .map((one) => one.replace(limit, (_, noun: string, name: string) => importOf(noun, name)))
    .join("");

function importOf(noun: string, name: string): string {
  const limits = fileURLToPath(new URL(`../../core/${noun}/limits.ts`, import.meta.url));
  return `import { ${name} as __${noun}_${name} } from ${JSON.stringify(limits)};\n`;
}
