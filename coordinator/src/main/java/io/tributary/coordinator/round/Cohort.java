package io.tributary.coordinator.round;

import io.tributary.federation.AssignmentId;
import java.util.AbstractList;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.RandomAccess;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Assignments by id, immutable. A round changes hundreds of times, once for each word of each node,
 * so a change copies one block of references and no tree, and what is asked after every change, how
 * many stand in a stage, is counted along.
 */
@SuppressWarnings("JdkObsolete") // what an open round has is a SortedMap
final class Cohort extends AbstractMap<AssignmentId, AssignmentRecord>
    implements SortedMap<AssignmentId, AssignmentRecord> {
  private static final int BLOCK = 64;

  static final Cohort EMPTY = of(List.of());

  /** Ascending by id; all blocks but the last are full. */
  private final AssignmentRecord[][] blocks;

  private final int size;

  /** How many stand in each stage, by its place. */
  private final int[] stages;

  private Cohort(AssignmentRecord[][] blocks, int size, int[] stages) {
    this.blocks = blocks;
    this.size = size;
    this.stages = stages;
  }

  static Cohort of(SortedMap<AssignmentId, AssignmentRecord> records) {
    return records instanceof Cohort cohort ? cohort : of(List.copyOf(records.values()));
  }

  private static Cohort of(List<AssignmentRecord> ascending) {
    int size = ascending.size();
    var blocks = new AssignmentRecord[(size + BLOCK - 1) / BLOCK][];
    for (int block = 0; block < blocks.length; block++) {
      int from = block * BLOCK;
      blocks[block] =
          ascending.subList(from, Math.min(size, from + BLOCK)).toArray(AssignmentRecord[]::new);
    }
    int[] stages = new int[AssignmentStage.values().length];
    ascending.forEach(record -> stages[place(record.stage())] += weight(record));
    return new Cohort(blocks, size, stages);
  }

  /** The same with a record changed or added. */
  Cohort with(AssignmentRecord record) {
    int place = place(record.id());
    if (place < 0) {
      return withAll(List.of(record));
    }
    AssignmentRecord[][] changed = blocks.clone();
    AssignmentRecord[] block = changed[place / BLOCK].clone();
    int[] counts = stages.clone();
    AssignmentRecord before = block[place % BLOCK];
    counts[place(before.stage())] -= weight(before);
    counts[place(record.stage())] += weight(record);
    block[place % BLOCK] = record;
    changed[place / BLOCK] = block;
    return new Cohort(changed, size, counts);
  }

  /** The same with records changed or added. */
  Cohort withAll(Collection<AssignmentRecord> more) {
    SortedMap<AssignmentId, AssignmentRecord> all = new TreeMap<>(this);
    more.forEach(record -> all.put(record.id(), record));
    return of(all);
  }

  /** Only assignments to train are counted. */
  private static int weight(AssignmentRecord record) {
    return record.evaluates() ? 0 : 1;
  }

  /** How many of those that train stand in a stage. */
  int count(AssignmentStage stage) {
    return stages[place(stage)];
  }

  @SuppressWarnings("EnumOrdinal") // of counts that live no longer than this object
  private static int place(AssignmentStage stage) {
    return stage.ordinal();
  }

  private AssignmentRecord at(int place) {
    return blocks[place / BLOCK][place % BLOCK];
  }

  private int place(AssignmentId id) {
    int low = 0;
    int high = size - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order = at(middle).id().compareTo(id);
      if (order == 0) {
        return middle;
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -1;
  }

  @Override
  public @Nullable AssignmentRecord get(@Nullable Object key) {
    int place = key instanceof AssignmentId id ? place(id) : -1;
    return place < 0 ? null : at(place);
  }

  @Override
  public boolean containsKey(@Nullable Object key) {
    return get(key) != null;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public List<AssignmentRecord> values() {
    return new Values();
  }

  /** All records by place. */
  private final class Values extends AbstractList<AssignmentRecord> implements RandomAccess {
    @Override
    public AssignmentRecord get(int place) {
      return at(Objects.checkIndex(place, size));
    }

    @Override
    public int size() {
      return size;
    }
  }

  @Override
  public Set<Map.Entry<AssignmentId, AssignmentRecord>> entrySet() {
    return new AbstractSet<>() {
      @Override
      public Iterator<Map.Entry<AssignmentId, AssignmentRecord>> iterator() {
        return values().stream().map(record -> Map.entry(record.id(), record)).iterator();
      }

      @Override
      public int size() {
        return size;
      }
    };
  }

  @Override
  public @Nullable Comparator<? super AssignmentId> comparator() {
    return null;
  }

  @Override
  public AssignmentId firstKey() {
    return end(0);
  }

  @Override
  public AssignmentId lastKey() {
    return end(size - 1);
  }

  private AssignmentId end(int place) {
    if (size == 0) {
      throw new NoSuchElementException("an empty cohort");
    }
    return at(place).id();
  }

  @Override
  public SortedMap<AssignmentId, AssignmentRecord> subMap(AssignmentId from, AssignmentId to) {
    return tree().subMap(from, to);
  }

  @Override
  public SortedMap<AssignmentId, AssignmentRecord> headMap(AssignmentId to) {
    return tree().headMap(to);
  }

  @Override
  public SortedMap<AssignmentId, AssignmentRecord> tailMap(AssignmentId from) {
    return tree().tailMap(from);
  }

  private SortedMap<AssignmentId, AssignmentRecord> tree() {
    return Collections.unmodifiableSortedMap(new TreeMap<>(this));
  }
}
