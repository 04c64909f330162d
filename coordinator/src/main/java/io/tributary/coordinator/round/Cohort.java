package io.tributary.coordinator.round;

import io.tributary.federation.AssignmentId;
import io.tributary.federation.NodeName;
import java.util.AbstractList;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.RandomAccess;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Assignments by id, immutable. A round changes hundreds of times, once for each word of each node,
 * so a change copies one block of references and no tree, and what is asked after every change, how
 * many stand in a stage and which update came first, is counted along.
 */
@SuppressWarnings("JdkObsolete") // what an open round has is a SortedMap
final class Cohort extends AbstractMap<AssignmentId, AssignmentRecord>
    implements SortedMap<AssignmentId, AssignmentRecord> {
  private static final int BLOCK = 64;

  static final Cohort EMPTY = new Cohort(new AssignmentRecord[0][], 0, StageCounts.NONE);

  /** Ascending by id; all blocks but the last are full. */
  private final AssignmentRecord[][] blocks;

  private final int size;

  private final StageCounts counts;

  private Cohort(AssignmentRecord[][] blocks, int size, StageCounts counts) {
    this.blocks = blocks;
    this.size = size;
    this.counts = counts;
  }

  static Cohort of(SortedMap<AssignmentId, AssignmentRecord> records) {
    return records instanceof Cohort cohort
        ? cohort
        : EMPTY.merged(records.values().toArray(AssignmentRecord[]::new));
  }

  /** The same with a record changed or added. */
  Cohort with(AssignmentRecord record) {
    int place = place(record.id());
    if (place < 0) {
      return merged(record);
    }
    AssignmentRecord[][] changed = blocks.clone();
    AssignmentRecord[] block = changed[place / BLOCK].clone();
    AssignmentRecord before = block[place % BLOCK];
    block[place % BLOCK] = record;
    changed[place / BLOCK] = block;
    return new Cohort(changed, size, counts.without(before).with(record));
  }

  /** The same with records changed or added. */
  Cohort withAll(Collection<AssignmentRecord> more) {
    Cohort changed = this;
    SortedMap<AssignmentId, AssignmentRecord> added = new TreeMap<>();
    for (AssignmentRecord record : more) {
      if (place(record.id()) < 0) {
        added.put(record.id(), record);
      } else {
        changed = changed.with(record);
      }
    }
    return added.isEmpty()
        ? changed
        : changed.merged(added.values().toArray(AssignmentRecord[]::new));
  }

  /**
   * The same with others in their places; blocks before the first of them stay.
   *
   * @param added ascending, none of them here
   */
  private Cohort merged(AssignmentRecord... added) {
    if (added.length == 0) {
      return this;
    }
    int kept = behind(added[0].id()) / BLOCK;
    var rest = new AssignmentRecord[size + added.length - kept * BLOCK];
    int from = kept * BLOCK;
    int to = 0;
    for (AssignmentRecord record : added) {
      int before = behind(record.id());
      to += copy(from, before, rest, to);
      from = before;
      rest[to++] = record;
    }
    copy(from, size, rest, to);
    var merged = new AssignmentRecord[kept + (rest.length + BLOCK - 1) / BLOCK][];
    System.arraycopy(blocks, 0, merged, 0, kept);
    for (int block = kept; block < merged.length; block++) {
      int first = (block - kept) * BLOCK;
      merged[block] = Arrays.copyOfRange(rest, first, Math.min(rest.length, first + BLOCK));
    }
    return new Cohort(merged, size + added.length, counts.with(added));
  }

  /** Copies records of these places; gives how many. */
  private int copy(int from, int before, AssignmentRecord[] into, int at) {
    int to = at;
    for (int place = from; place < before; ) {
      int length = Math.min(before - place, BLOCK - place % BLOCK);
      System.arraycopy(blocks[place / BLOCK], place % BLOCK, into, to, length);
      place += length;
      to += length;
    }
    return before - from;
  }

  /** How many of those that train stand in a stage. */
  int count(AssignmentStage stage) {
    return counts.of(stage);
  }

  /** The update that waits to be judged since the longest. */
  Optional<AssignmentRecord> firstReceived() {
    return counts.firstReceived();
  }

  /** Sequence of the newest judgement of an update; 0 where none was judged. */
  long lastJudged() {
    return counts.lastJudged();
  }

  /** The assignments of a node, by id. Found attempt by attempt, of which there are few. */
  List<AssignmentRecord> of(NodeName node) {
    List<AssignmentRecord> found = new ArrayList<>();
    int place = 0;
    while (place < size) {
      AssignmentId id = at(place).id();
      place = behind(new AssignmentId(id.round(), id.attempt(), node));
      if (place > 0 && isOf(at(place - 1).id(), id, node)) {
        found.add(at(place - 1));
      }
      place = behindAttempt(place, id);
    }
    return found;
  }

  private static boolean isOf(AssignmentId found, AssignmentId attempt, NodeName node) {
    return found.node().equals(node) && isOf(found, attempt);
  }

  private static boolean isOf(AssignmentId found, AssignmentId attempt) {
    return found.attempt() == attempt.attempt() && found.round().equals(attempt.round());
  }

  /** How many places hold ids up to this one. */
  private int behind(AssignmentId id) {
    return search(0, record -> record.compareTo(id) <= 0);
  }

  /** The first place from one on that is of a later attempt or round. */
  private int behindAttempt(int from, AssignmentId attempt) {
    return search(from, record -> isOf(record, attempt));
  }

  /** The first place from one on that no longer is so; those that are come first. */
  private int search(int from, Predicate<AssignmentId> still) {
    int low = from;
    int high = size;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (still.test(at(middle).id())) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private AssignmentRecord at(int place) {
    return blocks[place / BLOCK][place % BLOCK];
  }

  private int place(AssignmentId id) {
    int before = behind(id) - 1;
    return before >= 0 && at(before).id().equals(id) ? before : -1;
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
