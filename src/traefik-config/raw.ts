import type { RawLabel } from '../ir/index.ts';
import type { OriginId, Text } from '../text/index.ts';

/** A value as it was written, before it has a type. */
export interface RawValue {
  readonly text: Text;
  readonly origin: OriginId;
}

/** One part of a label key: the label, and the part's characters in it. */
export interface LabelPart {
  readonly label: RawLabel;
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

/** The engine's untyped tree (paerser's Node): labels, flags, environment and files all become this first. */
export interface RawNode {
  readonly name: string;
  /** Where the name first appears. */
  readonly origin: OriginId;
  /** The name holds a variable without a value: nothing is said about it. */
  readonly unsure: boolean;
  readonly children: readonly RawNode[];
  readonly value?: RawValue;
  /** Files only: a list of scalars. */
  readonly scalars?: readonly RawValue[];
  /** Files only: Go's number for the widest kind in the list, which the engine puts before its items. */
  readonly scalarKind?: number;
  /** Files only: where the node stands, `http.routers.web.tls`. */
  readonly path?: string;
  /** Labels only: this part in each label that has it, in the engine's order. */
  readonly parts: readonly LabelPart[];
  /** Labels only: the labels that end here; the last one wins. */
  readonly ends: readonly RawLabel[];
}

/** The text that the engine sees as the value of a node: a list in a file is one text with separators. */
export function engineValue(node: RawNode): string {
  if (node.scalars === undefined || node.scalars.length === 0) return node.value?.text.text ?? '';
  return `${LIST_MARK}${String(node.scalarKind ?? GO_STRING)}${LIST_MARK}${node.scalars.map((item) => item.text.text).join(LIST_MARK)}`;
}

/** Separates the items of a list in a file (paerser/file). */
const LIST_MARK = '║';
const GO_STRING = 24;
