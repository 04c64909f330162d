package io.tributary.coordinator.journal;

import static java.util.Objects.requireNonNull;

import io.tributary.coordinator.round.Staged;
import io.tributary.coordinator.round.Transition;
import io.tributary.federation.Digest;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.RunId;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.json.JsonValue;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the rows of a journal and verifies their chains: every row's hash, that none is missing,
 * first, middle or last, and that every run's head is there.
 *
 * @param file for messages
 */
record JournalRows(Connection connection, Path file) {
  /** The newest row of a run, as its head says. */
  record Head(long sequence, Digest hash) {}

  /** Refuses a database with a damaged page, also where no row lies in it that is read. */
  void checkPages() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("PRAGMA integrity_check(1)")) {
      String found = rows.next() ? text(rows, 1) : "nothing";
      if (!found.equals("ok")) {
        throw FederationException.of(
            ErrorKind.CORRUPT,
            file.toString(),
            found,
            "whole pages",
            "Restore the state folder from a backup.");
      }
    }
  }

  /** The heads of all runs. */
  Map<RunId, Head> heads() throws SQLException {
    Map<RunId, Head> heads = new HashMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT run, sequence, hash FROM run")) {
      while (rows.next()) {
        String run = text(rows, 1);
        try {
          heads.put(new RunId(run), new Head(rows.getLong(2), new Digest(text(rows, 3))));
        } catch (FederationException e) {
          throw corrupt(run, "of its head", e);
        }
      }
    }
    return heads;
  }

  /** Every transition by run and sequence; CORRUPT names the first row that does not fit. */
  List<Staged> verified(Map<RunId, Head> heads) throws SQLException {
    String query =
        "SELECT run, sequence, at, kind, json, previous_hash, hash FROM transition"
            + " ORDER BY run, sequence";
    List<Staged> history = new ArrayList<>();
    Map<RunId, Head> reached = new HashMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      while (rows.next()) {
        history.add(verify(rows, heads, reached));
      }
    }
    for (Map.Entry<RunId, Head> head : heads.entrySet()) {
      if (!head.getValue().equals(reached.get(head.getKey()))) {
        throw corrupt(head.getKey().value(), "of its end");
      }
    }
    return history;
  }

  /**
   * The transitions of one run from one sequence to another, as their chain has them. The first is
   * taken to follow what it says that it follows.
   */
  List<Staged> verified(RunId run, long from, long to) throws SQLException {
    String query =
        "SELECT run, sequence, at, kind, json, previous_hash, hash FROM transition"
            + " WHERE run = ? AND sequence BETWEEN ? AND ? ORDER BY sequence";
    List<Staged> part = new ArrayList<>();
    Map<RunId, Head> reached = new HashMap<>();
    try (PreparedStatement statement = connection.prepareStatement(query)) {
      statement.setString(1, run.value());
      statement.setLong(2, from);
      statement.setLong(3, to);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          if (part.isEmpty()) {
            reached.put(run, new Head(from - 1, new Digest(text(rows, 6))));
          }
          part.add(verify(rows, Map.of(run, new Head(to, RowChain.START)), reached));
        }
      }
    }
    if (part.size() != to - from + 1) {
      throw corrupt(run.value(), from + part.size());
    }
    return part;
  }

  private Staged verify(ResultSet row, Map<RunId, Head> heads, Map<RunId, Head> reached)
      throws SQLException {
    String name = text(row, 1);
    long sequence = row.getLong(2);
    try {
      RunId run = new RunId(name);
      JsonValue written = JsonReader.read(text(row, 5));
      Transition transition = Transition.parse(text(row, 4), written);
      var staged = new Staged(run, sequence, Instant.parse(text(row, 3)), transition);
      Head before = reached.getOrDefault(run, new Head(0, RowChain.START));
      Digest hash = RowChain.next(before.hash(), staged, written);
      boolean fits =
          text(row, 6).equals(before.hash().hex())
              && text(row, 7).equals(hash.hex())
              && text(row, 5).equals(written.canonical())
              && sequence == before.sequence() + 1
              && heads.containsKey(run);
      if (!fits) {
        throw corrupt(name, sequence);
      }
      reached.put(run, new Head(sequence, hash));
      return staged;
    } catch (DateTimeParseException e) {
      throw corrupt(name, sequence, e);
    } catch (FederationException e) {
      throw e.kind() == ErrorKind.CORRUPT && e.sentence().startsWith(file.toString())
          ? e
          : corrupt(name, sequence, e);
    }
  }

  private static String text(ResultSet row, int column) throws SQLException {
    return requireNonNull(row.getString(column));
  }

  private FederationException corrupt(String run, Object sequence) {
    return new FederationException(ErrorKind.CORRUPT, sentence(run, sequence));
  }

  private FederationException corrupt(String run, Object sequence, Exception cause) {
    return new FederationException(ErrorKind.CORRUPT, sentence(run, sequence), cause);
  }

  private String sentence(String run, Object sequence) {
    return file
        + ": run "
        + run
        + " sequence "
        + sequence
        + " does not fit its chain (expected: as it was written)."
        + " Restore the state folder from a backup.";
  }
}
