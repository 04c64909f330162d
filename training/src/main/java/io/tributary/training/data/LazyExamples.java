package io.tributary.training.data;

import java.util.AbstractList;
import java.util.List;
import java.util.Objects;
import java.util.RandomAccess;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;

/** A list whose examples are made when they are asked for. */
final class LazyExamples extends AbstractList<Example> implements FileBacked, RandomAccess {
  private final List<Example> of;
  private final int size;
  private final IntFunction<Example> maker;

  private LazyExamples(List<Example> of, int size, IntFunction<Example> maker) {
    this.of = of;
    this.size = size;
    this.maker = maker;
  }

  /** Some examples of a list. */
  static List<Example> selected(List<Example> all, int[] positions) {
    return new LazyExamples(all, positions.length, index -> all.get(positions[index]));
  }

  /** The examples of a list, each changed. */
  static List<Example> changed(List<Example> all, UnaryOperator<Example> change) {
    return new LazyExamples(all, all.size(), index -> change.apply(all.get(index)));
  }

  /** Changes an example by its place in the list. */
  @FunctionalInterface
  interface Change {
    Example of(int index, Example example);
  }

  /** The examples of a list, each changed by its place. */
  static List<Example> indexed(List<Example> all, Change change) {
    return new LazyExamples(all, all.size(), index -> change.of(index, all.get(index)));
  }

  @Override
  public Example get(int index) {
    return maker.apply(Objects.checkIndex(index, size));
  }

  @Override
  public boolean inFile() {
    return of instanceof FileBacked backed && backed.inFile();
  }

  @Override
  public int size() {
    return size;
  }
}
