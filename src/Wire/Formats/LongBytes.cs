using System.Buffers;
using ActorFed.Wire.Formats;

namespace ActorFed.Wire.Formats
{
    /// <summary>A Protobuf message with one field of bytes that may be long, which <see cref="InPlace"/> leaves where it lies.</summary>
    internal interface ILongBytes
    {
        /// <summary>The field's number.</summary>
        int LongField { get; }

        /// <summary>The field's content, wherever it lies; valid as long as what it was read from.</summary>
        ReadOnlySequence<byte> Bytes { get; set; }
    }
}

namespace ActorFed.Wire.V1
{
    /// <content>Its payload.</content>
    internal sealed partial class Envelope : ILongBytes
    {
        private ReadOnlySequence<byte>? _placed;

        int ILongBytes.LongField => PayloadFieldNumber;

        public ReadOnlySequence<byte> Bytes
        {
            get => _placed ?? new(Payload.Memory);
            set => _placed = value;
        }
    }

    /// <content>Its numbers.</content>
    internal sealed partial class Vector : ILongBytes
    {
        private ReadOnlySequence<byte>? _placed;

        int ILongBytes.LongField => Float64FieldNumber;

        public ReadOnlySequence<byte> Bytes
        {
            get => _placed ?? new(Float64.Memory);
            set => _placed = value;
        }
    }

    /// <content>Their numbers.</content>
    internal sealed partial class VectorList : ILongBytes
    {
        private ReadOnlySequence<byte>? _placed;

        int ILongBytes.LongField => Float64FieldNumber;

        public ReadOnlySequence<byte> Bytes
        {
            get => _placed ?? new(Float64.Memory);
            set => _placed = value;
        }
    }

    /// <content>Its content.</content>
    internal sealed partial class Body : ILongBytes
    {
        private ReadOnlySequence<byte>? _placed;

        int ILongBytes.LongField => ContentFieldNumber;

        public ReadOnlySequence<byte> Bytes
        {
            get => _placed ?? new(Content.Memory);
            set => _placed = value;
        }
    }
}
