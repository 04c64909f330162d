package io.tributary.cli.rpc;

import com.google.protobuf.Timestamp;
import io.tributary.cli.output.Text;
import io.tributary.cli.view.Evaluation;
import io.tributary.cli.view.NodeStatus;
import io.tributary.cli.view.NodeWork;
import io.tributary.cli.view.RoundStatus;
import io.tributary.cli.view.RunStatus;
import io.tributary.cli.view.SitesStatus;
import io.tributary.proto.v1.AssignmentView;
import io.tributary.proto.v1.EvaluationView;
import io.tributary.proto.v1.MetricView;
import io.tributary.proto.v1.NodeView;
import io.tributary.proto.v1.RoundView;
import io.tributary.proto.v1.RunView;
import io.tributary.proto.v1.SiteView;
import io.tributary.proto.v1.SitesView;
import java.time.Instant;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Messages of the wire turned into records. */
final class Views {
  private Views() {}

  static RunStatus run(RunView view) {
    return new RunStatus(
        view.getRun(),
        view.getPlan(),
        view.getPlanDigest(),
        view.getState(),
        Text.line(view.getReason()),
        view.getRound(),
        view.getAttempt(),
        time(view.hasStarted(), view.getStarted()),
        time(view.hasEnded(), view.getEnded()),
        view.getRoundsList().stream().map(Views::round).toList(),
        view.getCohortList().stream().map(Views::work).toList(),
        view.getBestRound(),
        view.getFinalDigest(),
        view.getChange(),
        view.hasTest() ? Optional.of(evaluation(view.getTest())) : Optional.empty(),
        Text.line(view.getDeterminism()),
        Text.line(view.getFrom()));
  }

  private static RoundStatus round(RoundView view) {
    return new RoundStatus(
        view.getRound(),
        view.hasEvaluation() ? Optional.of(evaluation(view.getEvaluation())) : Optional.empty(),
        view.getSeconds(),
        view.getBytesDown(),
        view.getBytesUp(),
        view.getUpdates(),
        view.getRefused(),
        view.getAttempts(),
        view.getCheckpoint(),
        view.getTrained(),
        view.getCohortList().stream().map(Views::work).toList(),
        view.hasSites() ? Optional.of(sites(view.getSites())) : Optional.empty());
  }

  private static SitesStatus sites(SitesView view) {
    return new SitesStatus(
        view.hasTogether() ? Optional.of(evaluation(view.getTogether())) : Optional.empty(),
        view.getSitesList().stream().map(Views::site).toList(),
        view.getWorst());
  }

  private static SitesStatus.Site site(SiteView view) {
    var metrics = new TreeMap<String, Double>();
    view.getMetricsList()
        .forEach(metric -> metrics.put(Text.line(metric.getName()), metric.getValue()));
    return new SitesStatus.Site(
        view.getNode(), view.getExamples(), metrics, Text.line(view.getReason()));
  }

  private static Evaluation evaluation(EvaluationView view) {
    return new Evaluation(
        view.getExamples(),
        view.getLoss(),
        view.getAccuracy(),
        view.getAccuracyLow(),
        view.getAccuracyHigh(),
        view.getMacroF1(),
        view.getClassesList().stream()
            .map(
                c ->
                    new Evaluation.ClassFigures(
                        Text.line(c.getLabel()),
                        c.getPrecision(),
                        c.getRecall(),
                        c.getF1(),
                        c.getSupport()))
            .toList(),
        metrics(view));
  }

  private static SortedMap<String, Evaluation.Value> metrics(EvaluationView view) {
    var metrics = new TreeMap<String, Evaluation.Value>();
    for (MetricView metric : view.getMetricsList()) {
      Optional<Evaluation.Ends> ends =
          metric.getHasInterval()
              ? Optional.of(new Evaluation.Ends(metric.getLow(), metric.getHigh()))
              : Optional.empty();
      metrics.put(Text.line(metric.getName()), new Evaluation.Value(metric.getValue(), ends));
    }
    return metrics;
  }

  private static NodeWork work(AssignmentView view) {
    var metrics = new TreeMap<String, Double>();
    view.getMetricsList()
        .forEach(metric -> metrics.put(Text.line(metric.getName()), metric.getValue()));
    return new NodeWork(
        view.getNode(),
        view.getAssignment(),
        view.getState(),
        Text.line(view.getReason()),
        view.getDone(),
        view.getTotal(),
        view.getPerSecond(),
        view.getLoss(),
        view.getExamples(),
        view.getNorm(),
        metrics);
  }

  static NodeStatus node(NodeView view) {
    return new NodeStatus(
        view.getName(),
        view.getState(),
        Text.line(view.getDevice()),
        Text.line(view.getVersion()),
        view.getTrainExamples(),
        time(view.hasSince(), view.getSince()),
        view.getCertificateSerial(),
        time(view.hasCertificateEnds(), view.getCertificateEnds()),
        view.getAssignment());
  }

  private static Optional<Instant> time(boolean present, Timestamp time) {
    return present
        ? Optional.of(Instant.ofEpochSecond(time.getSeconds(), time.getNanos()))
        : Optional.empty();
  }
}
