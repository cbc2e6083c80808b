/**
 * The expressions of circuitBreaker and buffering.retryExpression: Go syntax, `&&` before `||`, comparisons of a
 * function with a literal (github.com/vulcand/predicate). A text that does not parse has disabled its router before
 * it comes here; it then is never true.
 */
type Value = number | string;
type Functions = Readonly<Record<string, (...args: readonly Value[]) => Value | boolean>>;
export type Expression = (functions: Functions) => boolean;

type Node =
  | { readonly kind: 'literal'; readonly value: Value }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Value[] }
  | { readonly kind: 'binary'; readonly operator: string; readonly left: Node; readonly right: Node };

const TOKENS = /\s*(?:(\d+(?:\.\d+)?)|("(?:[^"\\]|\\.)*")|(`[^`]*`)|([A-Za-z_]\w*)|(&&|\|\||[<>=!]=|[<>(),-]))/y;
const LEVELS: readonly (readonly string[])[] = [['||'], ['&&'], ['==', '!=', '<', '<=', '>', '>=']];

export function compileExpression(text: string): Expression {
  const tokens = tokenize(text);
  if (tokens === undefined) return () => false;
  const cursor = { tokens, at: 0 };
  const node = parseLevel(cursor, 0);
  if (node === undefined || cursor.at !== tokens.length) return () => false;
  return (functions) => evaluate(node, functions) === true;
}

function tokenize(text: string): readonly string[] | undefined {
  const tokens: string[] = [];
  const trimmed = text.trimEnd();
  TOKENS.lastIndex = 0;
  while (TOKENS.lastIndex < trimmed.length) {
    const found = TOKENS.exec(trimmed);
    if (found === null) return undefined;
    tokens.push(found[0].trim());
  }
  return tokens;
}

interface Cursor {
  readonly tokens: readonly string[];
  at: number;
}

function parseLevel(cursor: Cursor, level: number): Node | undefined {
  const operators = LEVELS[level];
  if (operators === undefined) return parseOperand(cursor);
  let left = parseLevel(cursor, level + 1);
  for (let token = cursor.tokens[cursor.at]; token !== undefined && operators.includes(token); token = cursor.tokens[cursor.at]) {
    cursor.at += 1;
    const right = parseLevel(cursor, level + 1);
    if (left === undefined || right === undefined) return undefined;
    left = { kind: 'binary', operator: token, left, right };
  }
  return left;
}

function parseOperand(cursor: Cursor): Node | undefined {
  const token = cursor.tokens[cursor.at];
  if (token === undefined) return undefined;
  cursor.at += 1;
  if (token === '(') {
    const inner = parseLevel(cursor, 0);
    return take(cursor, ')') ? inner : undefined;
  }
  if (/^[A-Za-z_]/.test(token)) return parseCall(cursor, token);
  const value = literal(token);
  return value === undefined ? undefined : { kind: 'literal', value };
}

function parseCall(cursor: Cursor, name: string): Node | undefined {
  if (!take(cursor, '(')) return undefined;
  const args: Value[] = [];
  while (!take(cursor, ')')) {
    const value = literal(cursor.tokens[cursor.at] ?? '');
    if (value === undefined) return undefined;
    args.push(value);
    cursor.at += 1;
    take(cursor, ',');
  }
  return { kind: 'call', name, args };
}

function take(cursor: Cursor, token: string): boolean {
  if (cursor.tokens[cursor.at] !== token) return false;
  cursor.at += 1;
  return true;
}

function literal(token: string): Value | undefined {
  if (/^\d/.test(token)) return Number(token);
  return /^["`]/.test(token) ? token.slice(1, -1) : undefined;
}

function evaluate(node: Node, functions: Functions): Value | boolean {
  switch (node.kind) {
    case 'literal':
      return node.value;
    case 'call':
      return functions[node.name]?.(...node.args) ?? false;
    case 'binary':
      return compute(node.operator, () => evaluate(node.left, functions), () => evaluate(node.right, functions));
  }
}

function compute(operator: string, left: () => Value | boolean, right: () => Value | boolean): boolean {
  switch (operator) {
    case '&&':
      return left() === true && right() === true;
    case '||':
      return left() === true || right() === true;
    case '==':
      return left() === right();
    case '!=':
      return left() !== right();
    case '<':
      return left() < right();
    case '<=':
      return left() <= right();
    case '>':
      return left() > right();
    default:
      return left() >= right();
  }
}
