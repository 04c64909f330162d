package io.tributary.transport.chunk;

import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.tributary.proto.v1.ArtifactsGrpc;
import io.tributary.proto.v1.Chunk;
import io.tributary.proto.v1.FetchRequest;
import io.tributary.proto.v1.MissingReply;
import io.tributary.proto.v1.MissingRequest;
import io.tributary.proto.v1.PutMessage;
import io.tributary.proto.v1.PutReply;
import io.tributary.proto.v1.Receipt;
import io.tributary.proto.v1.Stored;
import io.tributary.proto.v1.StoredRequest;
import io.tributary.proto.v1.SubmitMessage;

/** The service {@code Artifacts} by the methods of {@link BulkMethods}. */
public abstract class BulkService implements BindableService {
  public abstract void fetch(FetchRequest request, StreamObserver<BulkMessage<Chunk>> out);

  public abstract StreamObserver<BulkMessage<SubmitMessage>> submit(StreamObserver<Receipt> out);

  public abstract void progress(StoredRequest request, StreamObserver<Stored> out);

  public abstract StreamObserver<BulkMessage<PutMessage>> put(StreamObserver<PutReply> out);

  public abstract void missing(MissingRequest request, StreamObserver<MissingReply> out);

  @Override
  public final ServerServiceDefinition bindService() {
    ServiceDescriptor generated = ArtifactsGrpc.getServiceDescriptor();
    ServiceDescriptor descriptor =
        ServiceDescriptor.newBuilder(generated.getName())
            .setSchemaDescriptor(generated.getSchemaDescriptor())
            .addMethod(BulkMethods.FETCH)
            .addMethod(BulkMethods.SUBMIT)
            .addMethod(ArtifactsGrpc.getProgressMethod())
            .addMethod(BulkMethods.PUT)
            .addMethod(ArtifactsGrpc.getMissingMethod())
            .build();
    return ServerServiceDefinition.builder(descriptor)
        .addMethod(BulkMethods.FETCH, ServerCalls.asyncServerStreamingCall(this::fetch))
        .addMethod(BulkMethods.SUBMIT, ServerCalls.asyncClientStreamingCall(this::submit))
        .addMethod(ArtifactsGrpc.getProgressMethod(), ServerCalls.asyncUnaryCall(this::progress))
        .addMethod(BulkMethods.PUT, ServerCalls.asyncClientStreamingCall(this::put))
        .addMethod(ArtifactsGrpc.getMissingMethod(), ServerCalls.asyncUnaryCall(this::missing))
        .build();
  }
}
