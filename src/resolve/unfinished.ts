/**
 * An object that is still being made: what it may lack is set when it is there. A spread of it (`...(x === undefined ? {} : { x })`)
 * takes V8 twenty times as long as the object itself, which counts for what each container has.
 */
export type Unfinished<T> = { -readonly [K in keyof T]: T[K] };
