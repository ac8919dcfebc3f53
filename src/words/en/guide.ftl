### How to ask each platform for one's download, and what it lacks.

guide-intro =
    Each platform lets you fetch a copy of what is yours. malle reads these copies; it never
    goes to get them. Ask for them on each platform, download the files, then import them.
    Do it before you need it: preparing a copy takes from minutes to several days.
guide-facebook =
    FACEBOOK

    1. Facebook, Settings, Accounts Center, Your information and permissions,
       Export (or Download) your information.
    2. Create an export, choose your profile or page, Export to device.
    3. Choose: date range ALL TIME, format JSON, media quality high.
       The proposed choices are shorter, HTML and lower quality.
    4. When Facebook tells you it is ready, download every part (facebook-….zip): the link
       dies after a few days, and photos may be in another part than the messages.
    5. malle import facebook-*.zip

    What it lacks: comments and likes of others on your posts, figures of your posts, most of
    what others published on your page. Encrypted Messenger chats: see malle guide messenger.
guide-instagram =
    INSTAGRAM

    1. Instagram, Settings, Accounts Center, Your information and permissions,
       Export (or Download) your information.
    2. Create an export, choose your profile, Export to device.
    3. Choose: date range ALL TIME, format JSON, media quality high.
    4. Download every part (instagram-….zip) within four days.
    5. malle import instagram-*.zip

    What it lacks: comments and likes of others on your posts, numbers of likes. With a date
    range your list of followers is cut as well. In HTML the times are rounded to the minute.
guide-messenger =
    MESSENGER

    Old conversations come with the Facebook download (malle guide facebook). Those that are
    end-to-end encrypted, almost all since 2024, must be fetched apart:

    1. On a computer: messenger.com or Facebook, Messenger, Privacy and safety,
       End-to-end encrypted chats, Message storage, Download secure storage data.
    2. Download messages.zip.
    3. malle import messages.zip

    What it lacks: messages that disappeared, and conversations of devices without secure storage.
guide-whatsapp =
    WHATSAPP and WHATSAPP BUSINESS

    1. On the phone open a conversation, menu, More, Export chat.
    2. Choose with media. One file per conversation; repeat for each that matters.
    3. Send the files to your computer by cable or USB stick.
    4. malle import "WhatsApp Chat with Fatou.zip" --me "Awa" --timezone Africa/Dakar

    Or take everything at once: on Android copy the folder WhatsApp (in Android/media/com.whatsapp)
    by cable. Its newest backup, Databases/msgstore.db.crypt15, opens with the 64 digits that
    WhatsApp shows under Chats, Chat backup, End-to-end encrypted backup. For names, put the
    contacts.vcf of the phone into the folder:
    malle import WhatsApp --me "Awa" --whatsapp-key key.txt

    What it lacks: WhatsApp leaves out the oldest messages above about 40,000 (10,000 with
    media). Names are those of your address book, not numbers. Times have no zone, so tell
    yours. Catalogue, labels and orders are not exported.
guide-telegram =
    TELEGRAM

    1. On a computer open Telegram Desktop (the phone cannot export).
    2. Settings, Advanced, Export Telegram data; or in one chat: menu, Export chat history.
    3. Choose format JSON, every kind of media, the largest size, all chats you need.
       The proposed choices leave out groups, channels and files above 8 MB.
    4. malle import "DataExport_2025-05-01"

    What it lacks: secret chats, and what others deleted. Names are those of your contacts.
guide-x =
    X (TWITTER)

    1. x.com, Settings, Your account, Download an archive of your data.
    2. Wait for the message that it is ready (a day or more), download every ZIP.
    3. malle import twitter-*.zip

    What it lacks: names of people you only wrote to (numbers instead), likes and answers of
    others, dates of your likes, bookmarks.
guide-after =
    Afterwards: the downloaded files are still readable by anybody in your Downloads folder.
    Once imported and backed up, you may delete them.
