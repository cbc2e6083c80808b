/**
 * What may stand where in a gateway.yaml. One table serves the checks, the published JSON Schema and the docs page, so
 * that the three cannot say different things.
 */
export type Shape = TextShape | FlagShape | IntegerShape | NumberShape | ListShape | NamedShape | ObjectShape | ChoiceShape | AnyShape;

export interface Described {
  /** Two or three words. */
  readonly title: string;
  /** One sentence for a person. */
  readonly description: string;
  readonly default?: unknown;
  readonly example?: unknown;
}
export interface TextShape extends Described {
  readonly kind: 'text';
  readonly values?: readonly string[];
  readonly pattern?: RegExp;
  /** What the pattern means, in words: "a duration such as 10s". */
  readonly wanted?: string;
}
export interface FlagShape extends Described {
  readonly kind: 'flag';
  /** A switch that only turns on: leaving it out is the way to have it off. */
  readonly onlyTrue?: boolean;
}
export interface IntegerShape extends Described {
  readonly kind: 'integer';
  readonly least?: number;
  readonly most?: number;
}
export interface NumberShape extends Described {
  readonly kind: 'number';
}
export interface ListShape extends Described {
  readonly kind: 'list';
  readonly item: Shape;
}
/** Names that the author chooses. */
export interface NamedShape extends Described {
  readonly kind: 'named';
  readonly entry: Shape;
  /** `entity`: names that references can say; `text`: any key, as a header's name. */
  readonly names: 'entity' | 'text';
  /** What one is called in a message: `route`. */
  readonly noun: string;
}
export interface ObjectShape extends Described {
  readonly kind: 'object';
  /** What it is called in a message: `route`. */
  readonly noun: string;
  readonly fields: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  /** Words of other formats for a field: `service` in a route is `to` here. */
  readonly alias?: Readonly<Record<string, string>>;
  /** Exactly one of these must be there. */
  readonly oneOf?: readonly string[];
  /** What it takes, in words. */
  readonly wanted?: string;
}
/** Several spellings of the same thing; told apart by scalar, list and mapping. */
export interface ChoiceShape extends Described {
  readonly kind: 'choice';
  readonly options: readonly Shape[];
}
export interface AnyShape extends Described {
  readonly kind: 'any';
}

/** What a shape takes, for "X takes …". */
export function wantedBy(shape: Shape): string {
  switch (shape.kind) {
    case 'text':
      return shape.wanted ?? (shape.values === undefined ? 'a text' : `one of ${shape.values.join(', ')}`);
    case 'flag':
      return shape.onlyTrue === true ? 'true' : 'true or false';
    case 'integer':
      return 'a whole number';
    case 'number':
      return 'a number';
    case 'list':
      return 'a list';
    case 'named':
      return `a mapping of ${shape.noun} names`;
    case 'object':
      return shape.wanted ?? 'a mapping';
    case 'choice':
      return listed([...new Set(flattened(shape).map(wantedBy))]);
    case 'any':
      return 'anything';
  }
}

function flattened(shape: ChoiceShape): readonly Shape[] {
  return shape.options.flatMap((option) => (option.kind === 'choice' ? flattened(option) : [option]));
}

function listed(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} or ${parts.at(-1) ?? ''}`;
}
