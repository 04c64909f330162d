package io.tributary.coordinator.round;

import io.tributary.federation.AssignmentId;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Assignments by id, immutable. A round changes hundreds of times, once for each word of each node,
 * so a change copies one array of references and no tree.
 */
@SuppressWarnings("JdkObsolete") // what an open round has is a SortedMap
final class Cohort extends AbstractMap<AssignmentId, AssignmentRecord>
    implements SortedMap<AssignmentId, AssignmentRecord> {
  static final Cohort EMPTY = new Cohort(new AssignmentRecord[0]);

  /** Ascending by id. */
  private final AssignmentRecord[] records;

  private Cohort(AssignmentRecord[] records) {
    this.records = records;
  }

  static Cohort of(SortedMap<AssignmentId, AssignmentRecord> records) {
    return records instanceof Cohort cohort
        ? cohort
        : new Cohort(records.values().toArray(AssignmentRecord[]::new));
  }

  /** The same with a record changed or added. */
  Cohort with(AssignmentRecord record) {
    int place = place(record.id());
    if (place >= 0) {
      AssignmentRecord[] changed = records.clone();
      changed[place] = record;
      return new Cohort(changed);
    }
    return withAll(List.of(record));
  }

  /** The same with records changed or added. */
  Cohort withAll(Collection<AssignmentRecord> more) {
    SortedMap<AssignmentId, AssignmentRecord> all = new TreeMap<>(this);
    more.forEach(record -> all.put(record.id(), record));
    return of(all);
  }

  private int place(AssignmentId id) {
    int low = 0;
    int high = records.length - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order = records[middle].id().compareTo(id);
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
    return place < 0 ? null : records[place];
  }

  @Override
  public boolean containsKey(@Nullable Object key) {
    return get(key) != null;
  }

  @Override
  public int size() {
    return records.length;
  }

  @Override
  public List<AssignmentRecord> values() {
    return Collections.unmodifiableList(Arrays.asList(records));
  }

  @Override
  public Set<Map.Entry<AssignmentId, AssignmentRecord>> entrySet() {
    return new AbstractSet<>() {
      @Override
      public Iterator<Map.Entry<AssignmentId, AssignmentRecord>> iterator() {
        return Arrays.stream(records).map(record -> Map.entry(record.id(), record)).iterator();
      }

      @Override
      public int size() {
        return records.length;
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
    return end(records.length - 1);
  }

  private AssignmentId end(int place) {
    if (records.length == 0) {
      throw new NoSuchElementException("an empty cohort");
    }
    return records[place].id();
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
