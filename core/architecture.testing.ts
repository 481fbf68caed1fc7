// Draws which folder imports which, as pictures in Mermaid.

type Arrow = { file: string; target: string; typesOnly: boolean };
/** From the bottom up. */
type Layers = { names: readonly string[]; folders: readonly (readonly string[])[] };

const areas: Record<string, string> = {
  web: "web<br/>pages in the browser",
  clients: "clients<br/>what desktop products embed",
  functions: "functions<br/>the doors: API, queues, streams, schedule, webhooks",
  core: "core<br/>the domain",
  stacks: "stacks<br/>what is deployed to AWS",
  local: "local<br/>the embedded cloud, and the test harness",
};

/** Returns the text of docs/architecture.md. */
export function pictures(imports: readonly Arrow[], layers: Layers): string {
  return `# Architecture

Written by \`npm run openapi\` from the imports. An arrow points to what is imported; a dotted one is of types alone. No
arrow ever closes a circle, between files and between the boxes of a picture. Other documents:
[rules of the code](../AGENTS.md), [adding a noun](adding-a-noun.md), [where is…](README.md#where-is)

## The whole

${drawn(whole(imports))}

A request enters by \`functions/api\`, is one call of a function of \`core\`, and is one write of rows and their event. The
table's stream carries the event to the log and the search rows, and the log to a queue, whose worker runs what reacts
to it. Only tests and \`npm start\` use \`local\`.

## Core

A layer imports those below it. What a noun declares (its shapes, rows, keys, events, failures, limits, and messages) is
below \`catalog\`, and open to all layers from the kernel on.

${drawn(core(imports, layers))}

## Web

Features by how much of the others they need: each imports only from rows below its own. All of them use \`web/src/lib\` and
\`web/src/ui\`, and the shapes, limits, permissions, and messages of \`core\`.

${drawn(web(imports))}
`;
}

const drawn = (lines: readonly string[]) =>
  `\`\`\`mermaid\nflowchart TB\n${lines.map((line) => `  ${line}\n`).join("")}\`\`\``;
const areaOf = (file: string) => file.split("/")[0] ?? "";

function whole(imports: readonly Arrow[]): string[] {
  const between = imports
    .map(({ file, target, typesOnly }) => ({ from: areaOf(file), to: areaOf(target), typesOnly }))
    .filter(({ from, to }) => from !== to && from in areas && to in areas);
  const isOfTypes = (pair: string) => between.every(({ from, to, typesOnly }) => `${from} ${to}` !== pair || typesOnly);
  const pairs = [...new Set(between.map(({ from, to }) => `${from} ${to}`))].sort();
  return [
    ...Object.entries(areas).map(([name, label]) => `${name}["${label}"]`),
    ...pairs.map((pair) => pair.replace(" ", isOfTypes(pair) ? " -.-> " : " --> ")),
  ];
}

function core(imports: readonly Arrow[], { names, folders }: Layers): string[] {
  const floorOf = (file: string) =>
    folders.findIndex((floor) => /^core\/\w+\//.test(file) && floor.includes(file.split("/")[1] ?? ""));
  const arrows = imports.map(({ file, target }) => [floorOf(file), floorOf(target)] as const);
  const pairs = arrows
    .filter(([from, to]) => from > to && to !== -1)
    .map(([from, to]) => `${names[from]} --> ${names[to]}`);
  const boxes = folders.map((floor, at) => `${names[at]}["${names[at]}<br/>${floor.join(" · ")}"]`);
  return [...boxes.toReversed(), ...direct([...new Set(pairs)].sort())];
}

/** Leaves out arrows that others already lead along. */
function direct(pairs: readonly string[]): string[] {
  const isThere = (from: string | undefined, to: string | undefined) => pairs.includes(`${from} --> ${to}`);
  const nodes = [...new Set(pairs.flatMap((pair) => pair.split(" --> ")))];
  return pairs.filter((pair) => {
    const [from, to] = pair.split(" --> ");
    return !nodes.some((node) => isThere(from, node) && isThere(node, to));
  });
}

function web(imports: readonly Arrow[]): string[] {
  const featureOf = (file: string) => /^web\/src\/features\/([\w-]+)\//.exec(file)?.[1];
  const needs = new Map<string, Set<string>>();
  for (const { file, target } of imports) {
    const [from, to] = [featureOf(file), featureOf(target)];
    if (from === undefined) continue;
    const known = needs.get(from) ?? new Set();
    needs.set(from, to === undefined || to === from ? known : known.add(to));
  }
  const heights = new Map<string, number>();
  const heightOf = (feature: string): number => {
    const known =
      heights.get(feature) ?? Math.max(0, ...[...(needs.get(feature) ?? [])].map((one) => heightOf(one) + 1));
    heights.set(feature, known);
    return known;
  };
  const features = [...needs.keys()].sort();
  const order = [...new Set(features.map(heightOf))].sort((one, other) => other - one);
  const rowOf = (height: number) => features.filter((one) => heightOf(one) === height).join(" · ");
  return [
    ...order.map((height) => `row${height}["${rowOf(height)}"]`),
    ...order.slice(1).map((height) => `row${height + 1} --> row${height}`),
  ];
}
