import type { ChoiceShape, Described, IntegerShape, NamedShape, Shape, TextShape } from './shape.ts';

/** Constructors for the tables of the spec: a field is one line there. */

export function text(title: string, description: string, example: unknown, more: Partial<TextShape> = {}): TextShape {
  return { kind: 'text', title, description, example, ...more };
}

export function flag(title: string, description: string, standard?: boolean): Shape {
  return { kind: 'flag', title, description, example: true, ...(standard === undefined ? {} : { default: standard }) };
}

export function integer(title: string, description: string, example: number, more: Partial<IntegerShape> = {}): IntegerShape {
  return { kind: 'integer', title, description, example, ...more };
}

/** Several spellings of one thing. */
export function either(about: Described, ...options: readonly Shape[]): ChoiceShape {
  return { kind: 'choice', options, title: about.title, description: about.description, ...(about.default === undefined ? {} : { default: about.default }), ...(about.example === undefined ? {} : { example: about.example }) };
}

/** One, or a list of them. */
export function oneOrMore(item: Shape): ChoiceShape {
  return either(item, item, { kind: 'list', title: item.title, description: item.description, item, ...(item.example === undefined ? {} : { example: [item.example] }) });
}

/** Entities under names that the author chooses. */
export function named(title: string, description: string, noun: string, entry: Shape, example?: unknown): NamedShape {
  return { kind: 'named', names: 'entity', title, description, noun, entry, ...(example === undefined ? {} : { example }) };
}

/** A mapping whose keys are texts: header names, addresses. */
export function keyed(title: string, description: string, noun: string, entry: Shape, example?: unknown): NamedShape {
  return { ...named(title, description, noun, entry, example), names: 'text' };
}

/** A reference to an entity of the file. */
export function nameOf(noun: string): TextShape {
  return text(`${noun.charAt(0).toUpperCase()}${noun.slice(1)} name`, `Name of a ${noun}.`, `my-${noun.toLowerCase().replaceAll(' ', '-')}`);
}
