import { dirname } from "node:path";
import ts from "typescript-api";
import { seededRandom } from "./random.ts";

// Small changes to code that some test should detect. They are found in the code, so that nobody chooses them.

/** One change: `from` stands between two positions of the file, and becomes `to`. */
export type Mutation = { file: string; line: number; start: number; end: number; from: string; to: string };

const swapped = new Map<ts.SyntaxKind, string>([
  [ts.SyntaxKind.AmpersandAmpersandToken, "||"],
  [ts.SyntaxKind.BarBarToken, "&&"],
  [ts.SyntaxKind.LessThanToken, "<="],
  [ts.SyntaxKind.LessThanEqualsToken, "<"],
  [ts.SyntaxKind.GreaterThanToken, ">="],
  [ts.SyntaxKind.GreaterThanEqualsToken, ">"],
  [ts.SyntaxKind.EqualsEqualsEqualsToken, "!=="],
  [ts.SyntaxKind.ExclamationEqualsEqualsToken, "==="],
]);
const droppedMethods = new Set(["filter", "toSorted"]);
const guards = new Set(["when"]);
/** Their arguments are conditions, each of which can be left out. */
export const conjunctions = new Set(["all", "any"]);

/** Returns every change of a module that the operators know, in the order of the text. */
export function mutationsIn(file: string, text: string): Mutation[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found: Mutation[] = [];
  const add = (start: number, end: number, to: string) => {
    const line = source.getLineAndCharacterOfPosition(start).line + 1;
    found.push({ file, line, start, end, from: text.slice(start, end), to });
  };
  const replace = (node: ts.Node, to: string) => add(node.getStart(), node.getEnd(), to);
  const visit = (node: ts.Node): void => {
    if (isOutOfBounds(node)) return;
    if (ts.isBinaryExpression(node)) {
      const to = swapped.get(node.operatorToken.kind);
      if (to) replace(node.operatorToken, to);
    }
    // an empty block can stand wherever a statement can
    if (isCall(node) || isEarlyExit(node)) replace(node, "{}");
    if (ts.isNumericLiteral(node) && !isFieldName(node)) {
      const value = Number(node.getText().replaceAll("_", ""));
      replace(node, String(value + 1));
      replace(node, value < 1 ? `(${value - 1})` : String(value - 1));
    }
    if (ts.isCallExpression(node)) {
      for (const argument of droppableIn(node)) add(...withComma(node.arguments, argument), "");
      const { expression } = node;
      if (ts.isPropertyAccessExpression(expression) && droppedMethods.has(expression.name.text)) {
        add(expression.expression.getEnd(), node.getEnd(), "");
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found.toSorted((one, other) => one.start - other.start || one.end - other.end);
}

/** Returns the text with the change. */
export const mutate = (text: string, { start, end, to }: Mutation): string =>
  text.slice(0, start) + to + text.slice(end);

/** Draws some of them; the same seed draws the same ones. */
export function drawnFrom<T>(all: readonly T[], count: number, seed: number): T[] {
  const random = seededRandom(seed);
  return all
    .map((one) => ({ one, rank: random() }))
    .toSorted((one, other) => one.rank - other.rank)
    .slice(0, count)
    .map(({ one }) => one);
}

/**
 * Returns the test files of a file: first its own and those of tests-of.json, then the others beside it.
 * @param elsewhere tests of a module that do not stand beside it under its name, or detect what its own does not
 */
export function testsOf(
  file: string,
  tests: readonly string[],
  { [file]: named = [] }: { [file: string]: readonly string[] },
) {
  const own = tests.filter((test) => test === file.replace(/\.tsx?$/, ".test.ts"));
  const first = [...new Set([...own, ...named])];
  const beside = tests.filter((test) => dirname(test) === dirname(file));
  return { first, others: beside.filter((test) => !first.includes(test)) };
}

/** Types, imports and exports of others have no behavior. */
const isOutOfBounds = (node: ts.Node) =>
  ts.isTypeNode(node) ||
  ts.isImportDeclaration(node) ||
  ts.isExportDeclaration(node) ||
  ts.isInterfaceDeclaration(node) ||
  ts.isTypeAliasDeclaration(node);

export const isFieldName = (node: ts.Node) => ts.isPropertyAssignment(node.parent) && node.parent.name === node;

function isCall(node: ts.Node): boolean {
  if (!ts.isExpressionStatement(node)) return false;
  const { expression } = node;
  return ts.isCallExpression(ts.isAwaitExpression(expression) ? expression.expression : expression);
}

function isEarlyExit(node: ts.Node): boolean {
  if (!ts.isIfStatement(node) || node.elseStatement) return false;
  const body = ts.isBlock(node.thenStatement) ? node.thenStatement.statements : [node.thenStatement];
  const [only] = body;
  return body.length === 1 && only !== undefined && isExit(only);
}

const isExit = (node: ts.Node) =>
  ts.isReturnStatement(node) || ts.isThrowStatement(node) || ts.isContinueStatement(node) || ts.isBreakStatement(node);

function droppableIn({ expression, arguments: given }: ts.CallExpression): ts.Expression[] {
  const name = ts.isIdentifier(expression) ? expression.text : "";
  if (conjunctions.has(name)) return given.length > 1 ? [...given] : [];
  return given.filter(
    (argument) =>
      ts.isCallExpression(argument) && ts.isIdentifier(argument.expression) && guards.has(argument.expression.text),
  );
}

/** The range of one of several and of the comma that separates it from its neighbor. */
export function withComma(all: ts.NodeArray<ts.Node>, one: ts.Node): [number, number] {
  const at = all.indexOf(one);
  const before = all[at - 1];
  const after = all[at + 1];
  if (before) return [before.getEnd(), one.getEnd()];
  return [one.getStart(), after ? after.getStart() : all.end];
}
