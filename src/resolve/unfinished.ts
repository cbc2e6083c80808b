/**
 * An object that is still being made: what it may lack is set when it is there. A spread of it (`...(x === undefined ? {} : { x })`)
 * takes V8 several times as long as the object itself, which counts for what each container has.
 * Options stay where they always stood among the others: the digest of a source goes by their order.
 */
export type Unfinished<T> = { -readonly [K in keyof T]: T[K] };
