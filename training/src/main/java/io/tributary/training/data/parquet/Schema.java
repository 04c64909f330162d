package io.tributary.training.data.parquet;

import io.tributary.training.data.parquet.Leaf.Meaning;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The columns of a file, in the order of its column chunks. */
record Schema(List<Leaf> leaves) {
  private static final int OPTIONAL = 1;
  private static final int REPEATED = 2;
  private static final int DEEPEST = 16;
  private static final int MOST = 100_000;

  Schema {
    leaves = List.copyOf(leaves);
  }

  /** Reads the flattened tree of a footer. */
  static Schema read(List<ThriftStruct> elements) {
    var walk = new Walk(elements);
    int children = walk.next().count(5);
    for (int i = 0; i < children; i++) {
      walk.node(new ArrayList<>(), 0, 0, 0);
    }
    return new Schema(walk.leaves);
  }

  Set<String> columns() {
    Set<String> columns = new LinkedHashSet<>();
    leaves.forEach(leaf -> columns.add(leaf.column()));
    return columns;
  }

  private static final class Walk {
    private final List<ThriftStruct> elements;
    private final List<Leaf> leaves = new ArrayList<>();
    private int at;

    Walk(List<ThriftStruct> elements) {
      this.elements = elements;
    }

    ThriftStruct next() {
      if (at >= elements.size() || at > MOST) {
        throw new MalformedParquet("a schema of " + at + " elements", "the whole tree");
      }
      return elements.get(at++);
    }

    void node(List<String> above, int definition, int repetition, int listed) {
      ThriftStruct element = next();
      List<String> path = new ArrayList<>(above);
      path.add(element.text(4));
      if (path.size() > DEEPEST) {
        throw new MalformedParquet("a schema nested too deep", "at most " + DEEPEST + " levels");
      }
      long repeats = element.integer(3, 0);
      int defined = definition + (repeats == OPTIONAL || repeats == REPEATED ? 1 : 0);
      int repeated = repetition + (repeats == REPEATED ? 1 : 0);
      int list = repeats == REPEATED ? defined : listed;
      long children = element.integer(5, 0);
      if (children > 0 || !element.has(1)) {
        for (long i = 0; i < children; i++) {
          node(path, defined, repeated, list);
        }
        return;
      }
      leaves.add(leaf(element, path, defined, repeated, list));
    }

    private static Leaf leaf(
        ThriftStruct element, List<String> path, int definition, int repetition, int listed) {
      int type = element.count(1);
      int scale = (int) element.integer(7, 0);
      Optional<ThriftStruct> logical = element.find(10);
      if (logical.flatMap(l -> l.find(5)).isPresent()) {
        scale = (int) logical.get().struct(5).integer(1, 0);
      }
      Meaning meaning = repetition > 1 ? Meaning.OTHER : meaning(element, type, logical);
      int width = (int) element.integer(2, 0);
      if (width < 0 || width > 1 << 20 || scale < 0 || scale > 1000) {
        throw new MalformedParquet("values of " + width + " bytes", "at most 1 MiB");
      }
      return new Leaf(path, type, width, meaning, scale, definition, repetition, listed);
    }

    private static Meaning meaning(ThriftStruct element, int type, Optional<ThriftStruct> logical) {
      long converted = element.integer(6, -1);
      boolean decimal = converted == 5 || logical.flatMap(l -> l.find(5)).isPresent();
      if (decimal) {
        return type == Leaf.INT32 || type == Leaf.INT64 || type == Leaf.BYTES || type == Leaf.FIXED
            ? Meaning.DECIMAL
            : Meaning.OTHER;
      }
      return switch (type) {
        case Leaf.BOOLEAN -> Meaning.TRUTH;
        case Leaf.FLOAT, Leaf.DOUBLE -> Meaning.NUMBER;
        case Leaf.INT32, Leaf.INT64 -> whole(converted, logical);
        case Leaf.BYTES ->
            converted == 20 || logical.filter(l -> l.has(13)).isPresent()
                ? Meaning.OTHER
                : Meaning.TEXT;
        default -> Meaning.OTHER;
      };
    }

    /** Dates and times are whole numbers too, but not such as a model takes. */
    private static Meaning whole(long converted, Optional<ThriftStruct> logical) {
      boolean time =
          (converted >= 6 && converted <= 10)
              || logical.filter(l -> l.has(6) || l.has(7) || l.has(8)).isPresent();
      if (time) {
        return Meaning.OTHER;
      }
      boolean unsigned =
          (converted >= 11 && converted <= 14)
              || logical.flatMap(l -> l.find(10)).filter(i -> !i.flag(2, true)).isPresent();
      return unsigned ? Meaning.UNSIGNED : Meaning.NUMBER;
    }
  }
}
