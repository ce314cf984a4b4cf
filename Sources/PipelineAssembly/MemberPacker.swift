// The second parallel part of a run: compressing members. One packer per worker.

internal import Archive
internal import Codecs

/// Compresses full members.
final class MemberPacker {
    private var encoder = GzipEncoder()

    func pack(_ piece: inout ArchivePiece) {
        switch consume piece {
        case .full(let member): piece = .packed(member.compressed(using: &encoder))
        case .packed(let member): piece = .packed(member)
        case .checkpoint(let state): piece = .checkpoint(state)
        }
    }
}
