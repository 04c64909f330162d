package io.tributary.client.session;

import static java.util.Objects.requireNonNull;

import io.tributary.aggregation.tally.Tally;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.ErrorKind;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** What the node answers for one assignment. */
public sealed interface NodeReply {
  AssignmentId assignment();

  /** It is being worked on. */
  record Accepted(AssignmentId assignment) implements NodeReply {
    public Accepted {
      requireNonNull(assignment, "assignment");
    }
  }

  /** It is not taken, and nothing was done for it. */
  record Declined(AssignmentId assignment, DeclineReason reason, String sentence)
      implements NodeReply {
    public Declined {
      requireNonNull(assignment, "assignment");
      requireNonNull(reason, "reason");
      requireNonNull(sentence, "sentence");
    }
  }

  /** It ended without an update. */
  record Failed(AssignmentId assignment, ErrorKind kind, boolean retryable, String sentence)
      implements NodeReply {
    public Failed {
      requireNonNull(assignment, "assignment");
      requireNonNull(kind, "kind");
      requireNonNull(sentence, "sentence");
    }
  }

  /** What the node found of the checkpoint on its own validation part. */
  record Evaluated(AssignmentId assignment, Tally tally) implements NodeReply {
    public Evaluated {
      requireNonNull(assignment, "assignment");
      requireNonNull(tally, "tally");
    }
  }

  /** Its update has a receipt. */
  record Finished(AssignmentId assignment, SortedMap<String, Double> metrics) implements NodeReply {
    public Finished {
      requireNonNull(assignment, "assignment");
      metrics = Collections.unmodifiableSortedMap(new TreeMap<>(metrics));
    }
  }
}
