import type { Atc, Field, Literal, Operator } from './ast.ts';

export type RouterKind = 'http' | 'stream';
type FieldType = 'string' | 'int' | 'ip';

const STREAM: ReadonlyMap<string, FieldType> = new Map([
  ['net.protocol', 'string'], ['tls.sni', 'string'], ['net.src.port', 'int'], ['net.dst.port', 'int'], ['net.src.ip', 'ip'], ['net.dst.ip', 'ip'],
]);
const HTTP: ReadonlyMap<string, FieldType> = new Map([
  ...STREAM, ['http.method', 'string'], ['http.host', 'string'], ['http.path', 'string'], ['http.path.segments.len', 'int'], ['http.path.segments.*', 'string'], ['http.headers.*', 'string'], ['http.queries.*', 'string'],
]);
const ORDERED: readonly Operator[] = ['>', '>=', '<', '<='];

/** What the engine says of the types of an expression (atc-router 1.6.2, src/semantics.rs); undefined = they fit. */
export function typeProblem(atc: Atc, kind: RouterKind): string | undefined {
  switch (atc.kind) {
    case 'and':
    case 'or':
      return typeProblem(atc.left, kind) ?? typeProblem(atc.right, kind);
    case 'not':
      return typeProblem(atc.operand, kind);
    case 'predicate':
      return predicateProblem(atc.field, atc.operator, atc.literal, kind);
  }
}

function predicateProblem(field: Field, operator: Operator, literal: Literal, kind: RouterKind): string | undefined {
  const type = typeOf(field.name, kind);
  if (type === undefined) return 'Unknown LHS field';
  const isFree = operator === '~' || operator === 'in' || operator === 'not in';
  if (!isFree && type !== literal.kind) return 'Type mismatch between the LHS and RHS values of predicate';
  if (field.lower && type !== 'string') return 'lower-case transformation function only supported with String type fields';
  if (operator === '~') return type === 'string' ? undefined : 'Regex operators only supports string operands';
  if (operator === '^=' || operator === '=^') return literal.kind === 'string' ? undefined : 'Regex/Prefix/Postfix operators only supports string operands';
  if (ORDERED.includes(operator)) return literal.kind === 'int' ? undefined : 'Greater/GreaterOrEqual/Lesser/LesserOrEqual operators only supports integer operands';
  if (isFree) return type === 'ip' && literal.kind === 'cidr' ? undefined : 'In/NotIn operators only supports IP in CIDR';
  return operator === 'contains' && literal.kind !== 'string' ? 'Contains operator only supports string operands' : undefined;
}

/** A field by its name, or by its family: all but its last part. */
function typeOf(name: string, kind: RouterKind): FieldType | undefined {
  const known = kind === 'http' ? HTTP : STREAM;
  return known.get(name) ?? known.get(`${name.slice(0, Math.max(0, name.lastIndexOf('.')))}.*`);
}

/** `net.port` is an old name, which Kong rewrites in the text before the engine sees it. */
export function withoutOldNames(expression: string): string {
  return expression.replaceAll(/net\.port(\s*[=><!])/g, 'net.dst.port$1');
}
