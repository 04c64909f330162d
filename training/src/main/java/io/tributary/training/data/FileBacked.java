package io.tributary.training.data;

/** A list of examples that may stay in their file. */
interface FileBacked {
  /** Whether an example is read again whenever it is asked for. */
  boolean inFile();
}
