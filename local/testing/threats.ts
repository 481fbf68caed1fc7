import ts from "typescript-api";
import { conjunctions, isFieldName, type Mutation, withComma } from "./mutations.ts";

// A comment "// threat: what could happen" stands on the line above the code that prevents it. Several may share a
// place. What can be taken out of that code is found in its syntax.

/** The code that prevents some threats, and the ways to take out or weaken it, in the order in which they are tried. */
export type Guard = { file: string; line: number; threats: string[]; removals: Mutation[] };

/** A line that names a threat. */
export const mark = /^[ \t]*\/\/ threat: (.+)\n/gm;

/** Returns whether a module is no part of the tests. */
export const canHaveGuards = (file: string) => !/\.(test|testing|types|e2e)\.tsx?$/.test(file);

/** Returns the guards that the comments of a module name, in the order of the text. */
export function guardsIn(file: string, text: string): Guard[] {
  if (!text.includes("// threat: ")) return [];
  const guards = new Map<number, Guard>();
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  for (const { index, 0: whole, 1: threat = "" } of text.matchAll(mark)) {
    const node = markedAt(source, index + whole.length);
    const start = node.getStart(source);
    const guard = guards.get(start) ?? {
      file,
      line: source.getLineAndCharacterOfPosition(start).line + 1,
      threats: [],
      removals: removalsOf(source, node),
    };
    guards.set(start, { ...guard, threats: [...guard.threats, threat] });
  }
  return [...guards.values()];
}

/** Returns the largest node that begins with the first word after a position, up to a whole statement. */
function markedAt(source: ts.SourceFile, position: number): ts.Node {
  let node: ts.Node = source;
  for (let inner: ts.Node | undefined = source; inner; ) {
    node = inner;
    // the comments before a word belong to it
    inner = node
      .getChildren(source)
      .find((child) => !ts.isJSDoc(child) && child.pos <= position && position < child.end);
  }
  const start = node.getStart(source);
  while (node.parent && node.parent.getStart(source) === start && !isList(node.parent) && !isFirstOfLines(node)) {
    node = node.parent;
  }
  return node;
}

/** An operand that stands on a line of its own, as the next one does, which can have its own mark. */
function isFirstOfLines({ parent, end }: ts.Node): boolean {
  const isFirst = ts.isBinaryExpression(parent) && logical.has(parent.operatorToken.kind) && parent.left.end === end;
  if (!isFirst) return false;
  return parent
    .getText()
    .slice(end - parent.getStart(), parent.right.getStart() - parent.getStart())
    .includes("\n");
}

const isList = (node: ts.Node) => ts.isSourceFile(node) || ts.isBlock(node) || ts.isModuleBlock(node);

/** The changes nearest to a condition come first: that a test fails without a whole statement says less. */
type Rank = "condition" | "branch" | "whole" | "value";
const ranks: Rank[] = ["condition", "branch", "whole", "value"];

/** Returns what can be taken out of a node, without the statements inside it, which can have marks of their own. */
function removalsOf(source: ts.SourceFile, node: ts.Node): Mutation[] {
  const text = source.text;
  const found: (Mutation & { rank: Rank })[] = [];
  const add = (rank: Rank, start: number, end: number, to: string) => {
    const line = source.getLineAndCharacterOfPosition(start).line + 1;
    const from = text.slice(start, end);
    if (from !== to) found.push({ file: source.fileName, line, start, end, from, to, rank });
  };
  const replace = (rank: Rank, one: ts.Node, ...others: (ts.Node | string)[]) => {
    for (const to of others) {
      add(rank, one.getStart(source), one.getEnd(), typeof to === "string" ? to : `(${to.getText(source)})`);
    }
  };
  const visit = (one: ts.Node): void => {
    if (ts.isTypeNode(one) || (ts.isStatement(one) && one !== node && !isOnlyReturn(one))) return;
    takeOut(one);
    ts.forEachChild(one, visit);
  };
  /** Finds the removals of one node, without those of its parts. */
  const takeOut = (one: ts.Node): void => {
    for (const { rank, of = one, to } of operators.flatMap((operator) => operator(one))) replace(rank, of, ...to);
    const list = listOf(one);
    for (const element of list) {
      const isPart = isCall(one, conjunctions) || (isCall(element, conditions) && !isCall(one, conditions));
      // a call fails without most of its arguments, which says little
      if (isPart || !ts.isCallExpression(one) || isStep(element)) {
        add(isPart ? "condition" : "value", ...withComma(list, element), "");
      }
    }
  };
  const { parent } = node;
  if (listOf(parent).includes(node) && !ts.isArrowFunction(node)) {
    add("condition", ...withComma(listOf(parent), node), "");
  }
  if (ts.isBinaryExpression(parent) && logical.has(parent.operatorToken.kind)) {
    replace("condition", parent, parent.left === node ? parent.right : parent.left);
  }
  visit(node);
  const size = ({ start, end, to }: Mutation) => end - start - to.length;
  return found
    .toSorted((one, other) => ranks.indexOf(one.rank) - ranks.indexOf(other.rank) || size(other) - size(one))
    .map(({ rank: _, ...mutation }) => mutation);
}

/** A replacement of a node, or of a part of it: another node, or a text. */
type Other = { rank: Rank; of?: ts.Node; to: readonly (ts.Node | string)[] };

/** Each says what one kind of node can be replaced by. */
const operators: readonly ((node: ts.Node) => readonly Other[])[] = [
  ofChoice,
  ofStatement,
  ofBinary,
  ofNegation,
  ofCall,
  ofProperty,
  ofLiteral,
];

function ofChoice(node: ts.Node): readonly Other[] {
  if (ts.isConditionalExpression(node)) return [{ rank: "branch", to: [node.whenTrue, node.whenFalse] }];
  if (!ts.isIfStatement(node)) return [];
  const { thenStatement, elseStatement } = node;
  return [{ rank: "branch", to: elseStatement ? [elseStatement.getText(), thenStatement.getText()] : ["{}"] }];
}

function ofStatement(node: ts.Node): readonly Other[] {
  const isStatement =
    ts.isExpressionStatement(node) || ts.isThrowStatement(node) || ts.isIterationStatement(node, false);
  return isStatement ? [{ rank: "whole", to: ["{}"] }] : [];
}

function ofBinary(node: ts.Node): readonly Other[] {
  if (!ts.isBinaryExpression(node)) return [];
  const { left, operatorToken, right } = node;
  const { kind: token } = operatorToken;
  if (logical.has(token)) return isOfLoop(node) ? [] : [{ rank: "branch", to: [left, right] }];
  if (arithmetic.has(token)) return [{ rank: "value", to: [left, right] }];
  return comparing.has(token) ? [{ rank: "branch", to: answersFor(node) }] : [];
}

function ofNegation(node: ts.Node): readonly Other[] {
  const isNegation = ts.isPrefixUnaryExpression(node) && node.operator === kind.ExclamationToken;
  return isNegation ? [{ rank: "branch", to: answersFor(node) }] : [];
}

function ofCall(node: ts.Node): readonly Other[] {
  if (!ts.isCallExpression(node)) return [];
  if (isCall(node, conditions)) {
    return ts.isCallExpression(node.parent)
      ? ofMethod(node)
      : [...ofMethod(node), { rank: "condition", to: ["undefined"] }];
  }
  const values = node.arguments.filter((value) => !ts.isArrowFunction(value) && !ts.isSpreadElement(value));
  return [...ofMethod(node), { rank: "value", to: values }];
}

/** The value before a call, where it is one of the same kind. */
function ofMethod({ expression: called }: ts.CallExpression): readonly Other[] {
  if (!ts.isPropertyAccessExpression(called)) return [];
  const { name, expression } = called;
  if (passing.has(name.text)) return [{ rank: "value", to: [expression] }];
  return deciding.has(name.text) ? [{ rank: "branch", to: answersFor(called.parent) }] : [];
}

function ofProperty(node: ts.Node): readonly Other[] {
  if (!ts.isPropertyAssignment(node) || !ts.isIdentifier(node.initializer)) return [];
  return [{ rank: "value", of: node.initializer, to: valuesBeside(node) }];
}

function ofLiteral(node: ts.Node): readonly Other[] {
  if (ts.isNumericLiteral(node)) return isFieldName(node) ? [] : [{ rank: "value", to: ["0", "1e6"] }];
  if (ts.isTemplateExpression(node)) {
    return [{ rank: "value", to: node.templateSpans.map(({ expression }) => expression) }];
  }
  if (ts.isStringLiteral(node) && ts.isVariableDeclaration(node.parent)) return [{ rank: "value", to: ['""'] }];
  if (ts.isRegularExpressionLiteral(node)) return [{ rank: "value", to: ["/(?:)/", "/(?!)/"] }];
  if (node.kind === kind.TrueKeyword) return [{ rank: "value", to: ["false"] }];
  return node.kind === kind.FalseKeyword ? [{ rank: "value", to: ["true"] }] : [];
}

const kind = ts.SyntaxKind;
const logical = new Set<ts.SyntaxKind>([kind.AmpersandAmpersandToken, kind.BarBarToken, kind.QuestionQuestionToken]);
const arithmetic = new Set<ts.SyntaxKind>([
  kind.PlusToken,
  kind.MinusToken,
  kind.AsteriskToken,
  kind.AsteriskAsteriskToken,
  kind.SlashToken,
]);
const comparing = new Set<ts.SyntaxKind>([
  kind.EqualsEqualsEqualsToken,
  kind.ExclamationEqualsEqualsToken,
  kind.LessThanToken,
  kind.LessThanEqualsToken,
  kind.GreaterThanToken,
  kind.GreaterThanEqualsToken,
  kind.InKeyword,
]);

const isOfLoop = (node: ts.Node): boolean => statementOf(node) === "loop";

/** A loop whose condition always holds would only cost time, and a refusal of everything is no weaker. */
const answersFor = (node: ts.Node) => (statementOf(node) === undefined ? ["true", "false"] : ["false"]);

/** The statement whose condition a node is or belongs to. */
function statementOf(node: ts.Node): "loop" | "if" | undefined {
  let { parent } = node;
  while (ts.isBinaryExpression(parent) || ts.isPrefixUnaryExpression(parent) || ts.isParenthesizedExpression(parent)) {
    ({ parent } = parent);
  }
  if (ts.isIterationStatement(parent, false)) return "loop";
  return ts.isIfStatement(parent) ? "if" : undefined;
}

/** Methods that return what they are called on, or less of it. */
const passing = new Set(
  "filter toSorted sort slice trim toLowerCase normalize replaceAll replace catch subarray flatMap".split(" "),
);
/** Methods that answer yes or no. */
const deciding = new Set(["some", "every", "includes", "has", "test", "startsWith", "endsWith"]);
/** The condition of a step, and what joins several. */
const conditions = new Set(["when", ...conjunctions]);
const isCall = (node: ts.Node, of: ReadonlySet<string>) =>
  ts.isCallExpression(node) && ts.isIdentifier(node.expression) && of.has(node.expression.text);
const isStep = (node: ts.Node) => ts.isCallExpression(node) || ts.isSpreadElement(node);

/** The body of a function that only returns something belongs to the expression that it stands in. */
const isOnlyReturn = (node: ts.Node): boolean =>
  ts.isReturnStatement(node)
    ? isOnlyReturn(node.parent)
    : ts.isBlock(node) && node.statements.length === 1 && ts.isReturnStatement(node.statements[0] as ts.Statement);

/** The other names that the object of a property has as values. */
function valuesBeside({ parent, initializer }: ts.PropertyAssignment): string[] {
  const values = parent.properties.flatMap((one) =>
    ts.isPropertyAssignment(one) && ts.isIdentifier(one.initializer) ? one.initializer.text : [],
  );
  return [...new Set(values)].filter((value) => value !== initializer.getText());
}

/** Returns the nodes beside each other in a node, of which each can be missing. */
function listOf(node: ts.Node): ts.NodeArray<ts.Node> {
  if (ts.isCallExpression(node) || ts.isNewExpression(node)) return node.arguments ?? none;
  if (ts.isArrayLiteralExpression(node)) return node.elements;
  if (ts.isObjectLiteralExpression(node)) return node.properties;
  return none;
}

const none = ts.factory.createNodeArray<ts.Node>();
