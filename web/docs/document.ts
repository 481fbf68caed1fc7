/** The parts of an OpenAPI document that the pages show. */
export type Node = { [name: string]: unknown };
export type Operation = { method: string; path: string; operation: Node };

const methods = ["get", "post", "put", "patch", "delete"];

/** Every operation, in the order of the document. */
export const operationsOf = (document: Node): Operation[] =>
  Object.entries(nodeOf(document["paths"])).flatMap(([path, item]) =>
    methods
      .filter((method) => method in nodeOf(item))
      .map((method) => ({ path, method, operation: nodeOf(nodeOf(item)[method]) })),
  );

/** An error as its page explains it. */
export type ApiError = { code: string; status: number; message: string; operations: Operation[] };

/** Returns every code of every shared response, in alphabetical order, with the operations that answer it. */
export function errorsOf(document: Node): ApiError[] {
  const operations = operationsOf(document);
  const responses = Object.values(nodeOf(nodeOf(document["components"])["responses"]));
  const errors = responses.flatMap((response) => {
    const { examples } = nodeOf(nodeOf(nodeOf(response)["content"])["application/problem+json"]);
    return Object.entries(nodeOf(examples)).map(([code, example]) => ({
      code,
      status: Number(nodeOf(nodeOf(example)["value"])["status"]),
      message: textOf(nodeOf(example)["summary"]),
      operations: operations.filter(({ operation }) => listOf(operation["x-error-codes"]).includes(code)),
    }));
  });
  const unrouted = listOf(document["x-unrouted-errors"])
    .map(nodeOf)
    .map(({ code, status, message }) => ({
      code: textOf(code),
      status: Number(status),
      message: textOf(message),
      operations: [],
    }));
  return [...errors, ...unrouted].sort((one, other) => (one.code < other.code ? -1 : 1));
}

/** Returns the last part of a `$ref`. */
export function nameOf(part: unknown): string | undefined {
  const { $ref } = nodeOf(part);
  return typeof $ref === "string" ? $ref.slice($ref.lastIndexOf("/") + 1) : undefined;
}

/** Returns the target of a `$ref`, or the part itself. */
export function resolved(document: Node, part: unknown): Node {
  const { $ref } = nodeOf(part);
  if (typeof $ref !== "string") return nodeOf(part);
  return nodeOf(
    $ref
      .slice(2)
      .split("/")
      .reduce<unknown>((node, name) => nodeOf(node)[name], document),
  );
}

export const nodeOf = (value: unknown): Node => (typeof value === "object" && value !== null ? (value as Node) : {});
export const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
export const textOf = (value: unknown): string => (typeof value === "string" ? value : "");
